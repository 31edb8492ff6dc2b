//! Faults that were found by the random steps of `random.rs` or by reading, each as short as can be.

use captely_contact::{Credits, Timestamp};
use captely_credits::{
    Adjustment, CreditError, Gates, GrantSource, Held, Key, Limit, NewGrant, Of, Order, Policy,
    Refund, Rollover,
};
use captely_platform::clock::Clock as _;
use captely_testkit::both_dbs;
use uuid::Uuid;

use crate::desk::{Desk, HOUR, WORKSPACE, credits, metered, migrations, order, order_for};

fn later(desk: &Desk, hours: u32) -> Timestamp {
    desk.clock.now().plus(HOUR * hours)
}

async fn end_packages(desk: &Desk, key: &str, source: GrantSource) -> Result<Credits, CreditError> {
    let mut tx = desk.db.writer().await?;
    let expired = desk.ledger.end_grants(&mut tx, WORKSPACE, &Key::new(key), source).await?;
    tx.commit().await?;
    Ok(expired)
}

async fn merge(desk: &Desk, from: u128, into: u128) -> Credits {
    let (from, into) = (Uuid::from_u128(from), Uuid::from_u128(into));
    let mut tx = desk.db.writer().await.unwrap();
    let given = desk.ledger.merge(&mut tx, WORKSPACE, from, into).await.unwrap();
    tx.commit().await.unwrap();
    given
}

async fn unmerge(desk: &Desk, from: u128, into: u128) {
    let (from, into) = (Uuid::from_u128(from), Uuid::from_u128(into));
    let mut tx = desk.db.writer().await.unwrap();
    desk.ledger.unmerge(&mut tx, WORKSPACE, from, into).await.unwrap();
    tx.commit().await.unwrap();
}

async fn refund(desk: &Desk, key: &str, of: Of) -> Result<Credits, CreditError> {
    let what = Refund { of, amount: None, reason: String::new() };
    let mut tx = desk.db.writer().await?;
    let given = desk.ledger.refund(&mut tx, WORKSPACE, &Key::new(key), &what).await?;
    tx.commit().await?;
    Ok(given)
}

both_dbs! {
    migrations = &migrations();

    async fn what_comes_back_to_a_grant_that_was_ended_does_not_roll_over(db) {
        let desk = Desk::new(&db, metered());
        let rollover = Rollover { max: Credits::whole(9), expires_at: later(&desk, 9) };
        let new = NewGrant { expires_at: Some(later(&desk, 1)), rollover: Some(rollover), ..credits(5_000) };
        desk.grant("g", &new).await.unwrap();
        let hold = desk.hold(order("a")).await;
        end_packages(&desk, "end", GrantSource::Package).await.unwrap();
        assert!(desk.release(hold.id).await);
        assert_eq!(desk.sums().await, (0, 0, 0));
        desk.check().await;
    }

    async fn grants_that_are_held_whole_end_with_the_others(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(1_000)).await.unwrap();
        let hold = desk.hold(order("a")).await;
        desk.grant("other", &credits(500)).await.unwrap();
        assert_eq!(end_packages(&desk, "end", GrantSource::Package).await.unwrap(), Credits::millis(500));
        assert!(desk.release(hold.id).await);
        assert_eq!(desk.sums().await, (0, 0, 0));
        desk.check().await;
    }

    async fn the_same_end_again_ends_nothing_that_came_later(db) {
        let desk = Desk::new(&db, metered());
        assert_eq!(end_packages(&desk, "end", GrantSource::Package).await.unwrap(), Credits::ZERO);
        desk.grant("g", &credits(1_000)).await.unwrap();
        assert_eq!(end_packages(&desk, "end", GrantSource::Package).await.unwrap(), Credits::ZERO);
        assert_eq!(desk.sums().await, (1_000, 0, 0));
        let other = end_packages(&desk, "end", GrantSource::Plan).await;
        assert!(matches!(other, Err(CreditError::KeyReused)), "{other:?}");
        desk.check().await;
    }

    async fn one_order_twice_in_one_call_is_charged_once(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(5_000)).await.unwrap();
        let mut tx = desk.db.writer().await.unwrap();
        let twice = [order("a"), order("a")];
        let done = desk.ledger.charge(&mut tx, WORKSPACE, &twice).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(done[0], done[1]);
        assert_eq!(desk.sums().await, (4_000, 0, 1_000));
        let mut tx = desk.db.writer().await.unwrap();
        let other = Order { quantity: 2, ..order("b") };
        let done = desk.ledger.charge(&mut tx, WORKSPACE, &[order("b"), other]).await;
        assert!(matches!(done, Err(CreditError::KeyReused)), "{done:?}");
        drop(tx);
        assert_eq!(desk.sums().await, (4_000, 0, 1_000));
        desk.check().await;
    }

    async fn a_correction_under_the_key_of_a_grant_that_begins_later_is_refused(db) {
        let desk = Desk::new(&db, metered());
        let new = NewGrant { effective_at: Some(later(&desk, 1)), ..credits(5_000) };
        desk.grant("g", &new).await.unwrap();
        let what = Adjustment { by_millis: 7, reason: String::new(), by: None };
        let mut tx = desk.db.writer().await.unwrap();
        let done = desk.ledger.adjust(&mut tx, WORKSPACE, &Key::new("g"), &what).await;
        assert!(matches!(done, Err(CreditError::KeyReused)), "{done:?}");
        drop(tx);
        desk.clock.advance(HOUR);
        assert_eq!(desk.sums().await, (5_000, 0, 0));
        desk.check().await;
    }

    async fn a_charge_that_counts_for_another_contact_by_now_is_given_back_whole(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(5_000)).await.unwrap();
        let hold = desk.hold(order_for("a", 1)).await;
        desk.capture(hold.id, None).await.unwrap();
        merge(&desk, 1, 2).await;
        merge(&desk, 2, 3).await;
        assert_eq!(refund(&desk, "r", Of::Hold(hold.id)).await.unwrap(), Credits::whole(1));
        // It is to be paid for again.
        assert!(matches!(desk.try_hold(order_for("b", 3)).await.unwrap(), Ok(Held::Credits(_))));
        merge(&desk, 3, 4).await;
        desk.check().await;
    }

    async fn merging_and_unmerging_go_on_where_both_were_paid_for_meanwhile(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(9_000)).await.unwrap();
        desk.charge(order_for("a", 1)).await.unwrap();
        merge(&desk, 1, 2).await;
        desk.charge(order_for("b", 1)).await.unwrap();
        unmerge(&desk, 1, 2).await;
        assert_eq!(refund(&desk, "r", Of::Charge(Key::new("a"))).await.unwrap(), Credits::whole(1));
        merge(&desk, 1, 2).await;
        assert_eq!(desk.try_hold(order_for("c", 2)).await.unwrap(), Ok(Held::Free));
        unmerge(&desk, 1, 2).await;
        assert_eq!(desk.try_hold(order_for("c", 1)).await.unwrap(), Ok(Held::Free));
        desk.check().await;
    }

    async fn a_policy_that_did_not_become_lasting_is_forgotten(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(9_000)).await.unwrap();
        let poor = Policy { daily_max: Some(Credits::ZERO), ..metered() };
        let mut tx = desk.db.writer().await.unwrap();
        desk.ledger.set_policy(&mut tx, WORKSPACE, &poor).await.unwrap();
        let refused = desk.ledger.hold(&mut tx, WORKSPACE, &[order("a")], HOUR).await.unwrap().remove(0);
        assert_eq!(refused.unwrap_err().limit, Limit::Daily);
        drop(tx);
        let gates = Gates { members_max: Some(3), ..Gates::default() };
        let rich = Policy { gates, ..metered() };
        let mut tx = desk.db.writer().await.unwrap();
        desk.ledger.set_policy(&mut tx, WORKSPACE, &rich).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(desk.try_hold(order("b")).await.unwrap(), Ok(Held::Credits(_))));
        assert_eq!(*desk.standing().await.policy, rich);
        desk.check().await;
    }

    async fn what_rolls_over_is_checked_by_where_it_goes_and_not_by_its_source(db) {
        let desk = Desk::new(&db, metered());
        let rollover = Rollover { max: Credits::whole(9), expires_at: later(&desk, 9) };
        let source = GrantSource::Rollover;
        let new = NewGrant { source, expires_at: Some(later(&desk, 1)), rollover: Some(rollover), ..credits(5_000) };
        desk.grant("g", &new).await.unwrap();
        desk.clock.advance(HOUR);
        assert_eq!(desk.sums().await, (5_000, 0, 0));
        desk.check().await;
    }

    async fn refunds_of_grants_that_have_ended_share_one_new_grant(db) {
        let desk = Desk::new(&db, metered());
        let new = NewGrant { expires_at: Some(later(&desk, 1)), ..credits(3_000) };
        desk.grant("g", &new).await.unwrap();
        for key in ["a", "b", "c"] {
            desk.charge(order(key)).await.unwrap();
        }
        desk.clock.advance(HOUR);
        for key in ["a", "b", "c"] {
            refund(&desk, &format!("back {key}"), Of::Charge(Key::new(key))).await.unwrap();
        }
        let standing = desk.standing().await;
        assert_eq!(standing.grants.len(), 1, "{:?}", standing.grants);
        assert_eq!((standing.available, standing.grants[0].amount), (Credits::whole(3), Credits::whole(3)));
        desk.check().await;
    }
}
