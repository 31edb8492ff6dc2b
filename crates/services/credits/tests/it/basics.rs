use captely_contact::Credits;
use std::time::Duration;

use captely_credits::{CaptureError, Charged, CreditError, Ending, Held, Limit, Policy};
use captely_platform::events;
use captely_testkit::both_dbs;

use crate::desk::{Desk, HOUR, WORKSPACE, credits, metered, migrations, order, order_for};

both_dbs! {
    migrations = &migrations();

    async fn a_hold_is_captured_in_part_and_the_rest_comes_back(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(5_000)).await.unwrap();
        let hold = desk.hold(order("a")).await;
        assert_eq!(desk.sums().await, (4_000, 1_000, 0));
        let spent = Credits::millis(400);
        assert_eq!(desk.capture(hold.id, Some(spent)).await, Ok(Charged::Spent(spent)));
        assert_eq!(desk.sums().await, (4_600, 0, 400));
        assert_eq!(desk.capture(hold.id, Some(spent)).await, Ok(Charged::Spent(spent)));
        assert_eq!(desk.capture(hold.id, Some(hold.amount)).await, Err(CaptureError::Otherwise(spent)));
        assert!(!desk.release(hold.id).await);
        let again = desk.try_hold(order("a")).await.unwrap().unwrap();
        assert_eq!(again, Held::Ended(Ending::Captured(spent)));
        assert_eq!(desk.sums().await, (4_600, 0, 400));
        desk.check().await;
    }

    async fn what_is_not_there_is_not_held(db) {
        let desk = Desk::new(&db, metered());
        let refused = desk.try_hold(order("a")).await.unwrap().unwrap_err();
        assert_eq!((refused.limit, refused.left), (Limit::Balance, Credits::ZERO));
        desk.grant("g", &credits(1_999)).await.unwrap();
        desk.hold(order("b")).await;
        let refused = desk.try_hold(order("c")).await.unwrap().unwrap_err();
        assert_eq!((refused.limit, refused.left), (Limit::Balance, Credits::millis(999)));
        desk.check().await;
    }

    async fn the_same_key_is_the_same_hold_and_with_another_request_refused(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(5_000)).await.unwrap();
        let first = desk.hold(order("a")).await;
        assert_eq!(desk.hold(order("a")).await, first);
        let other = desk.try_hold(order_for("a", 7)).await;
        assert!(matches!(other, Err(CreditError::KeyReused)));
        desk.grant("g", &credits(5_000)).await.unwrap();
        assert!(matches!(desk.grant("g", &credits(5_001)).await, Err(CreditError::KeyReused)));
        assert!(matches!(desk.grant("a", &credits(1)).await, Err(CreditError::KeyReused)));
        assert_eq!(desk.sums().await, (4_000, 1_000, 0));
        desk.check().await;
    }

    async fn a_contact_is_paid_for_once(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(5_000)).await.unwrap();
        let (one, two) = (desk.hold(order_for("a", 7)).await, desk.hold(order_for("b", 7)).await);
        assert_eq!(desk.capture(one.id, None).await, Ok(Charged::Spent(Credits::whole(1))));
        assert_eq!(desk.capture(two.id, None).await, Ok(Charged::Free));
        assert_eq!(desk.capture(two.id, None).await, Ok(Charged::Free));
        assert_eq!(desk.try_hold(order_for("c", 7)).await.unwrap(), Ok(Held::Free));
        assert_eq!(desk.charge(order_for("d", 7)).await, Ok(Charged::Free));
        assert_eq!(desk.sums().await, (4_000, 0, 1_000));
        desk.check().await;
    }

    async fn a_hold_comes_back_when_its_time_is_over(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(5_000)).await.unwrap();
        let hold = desk.hold(order("a")).await;
        assert_eq!(desk.ledger.expire_holds().await.unwrap(), 0);
        desk.clock.advance(HOUR);
        assert_eq!(desk.ledger.expire_holds().await.unwrap(), 1);
        assert_eq!(desk.sums().await, (5_000, 0, 0));
        assert_eq!(desk.capture(hold.id, None).await, Err(CaptureError::Released));
        desk.check().await;
    }

    async fn an_unlimited_workspace_counts_and_never_runs_dry(db) {
        let desk = Desk::new(&db, captely_credits::Policy::unlimited());
        let hold = desk.hold(order("a")).await;
        desk.capture(hold.id, None).await.unwrap();
        assert_eq!(desk.sums().await, (999_999_000, 0, 1_000));
        desk.check().await;
    }

    async fn what_comes_back_did_not_come_in_and_is_not_told_anew(db) {
        let policy = Policy { low_at: Credits::whole(3), ..metered() };
        let desk = Desk::new(&db, policy);
        desk.grant("g", &credits(4_000)).await.unwrap();
        for key in ["a", "b", "c"] {
            let (one, two) = (desk.hold(order(key)).await, desk.hold(order(&format!("{key}2"))).await);
            desk.release(one.id).await;
            desk.release(two.id).await;
        }
        // When this is seen, everything before it is.
        desk.grant("h", &credits(1)).await.unwrap();
        let mut kinds: Vec<String> = Vec::new();
        while kinds.iter().filter(|kind| *kind == "credit.granted").count() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let told = events::read_after(&db, WORKSPACE, events::Cursor::START, 100).await.unwrap();
            kinds = told.into_iter().map(|event| event.kind).collect();
        }
        assert_eq!(kinds.iter().filter(|kind| *kind == "credit.low").count(), 1, "{kinds:?}");
        desk.check().await;
    }
}
