//! Calls of a provider in a month: by orders that name it, and by runs that choose it later.

use std::collections::BTreeMap;
use std::time::Duration;

use captely_contact::{Credits, Timestamp};
use captely_credits::{CallsBack, CallsTaken, Held, Limit, Order, Policy, Purpose};
use captely_testkit::both_dbs;
use tokio::task::JoinSet;

use crate::desk::{Desk, HOUR, WORKSPACE, credits, metered, migrations, order};

fn limited(max: u32) -> Policy {
    let provider_monthly_max = BTreeMap::from([("hunter".to_owned(), max)]);
    Policy { provider_monthly_max, ..metered() }
}

/// An order of two of Hunter's.
fn of_hunter(key: &str) -> Order {
    let purpose = Purpose { provider: Some("hunter".to_owned()), ..Purpose::default() };
    Order { quantity: 2, purpose, ..order(key) }
}

async fn take_at(desk: &Desk, wanted: u32, at: Timestamp) -> CallsTaken {
    let mut tx = desk.db.writer().await.unwrap();
    let taken = desk.ledger.take_calls(&mut tx, WORKSPACE, "hunter", wanted, at).await.unwrap();
    tx.commit().await.unwrap();
    taken
}

async fn take(desk: &Desk, wanted: u32) -> CallsTaken {
    use captely_platform::clock::Clock;
    take_at(desk, wanted, desk.clock.now()).await
}

/// What a transaction that only reads is told of one call.
async fn none_left(desk: &Desk) -> Option<captely_credits::Refusal> {
    use captely_platform::clock::Clock;
    let (mut tx, now) = (desk.db.reader().await.unwrap(), desk.clock.now());
    desk.ledger.no_calls_left(&mut tx, WORKSPACE, "hunter", 1, now).await.unwrap()
}

async fn back(desk: &Desk, calls: u32, taken_at: Timestamp) {
    let back = CallsBack { provider: "hunter".to_owned(), taken_at, calls };
    let mut tx = desk.db.writer().await.unwrap();
    desk.ledger.give_calls_back(&mut tx, WORKSPACE, [back]).await.unwrap();
    tx.commit().await.unwrap();
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

both_dbs! {
    migrations = &migrations();

    async fn as_many_as_are_left_and_the_refusal_names_the_limit(db) {
        let desk = Desk::new(&db, limited(10));
        assert_eq!(none_left(&desk).await, None);
        assert_eq!(take(&desk, 7).await, CallsTaken { calls: 7, refused: None });
        assert_eq!(none_left(&desk).await, None);
        let taken = take(&desk, 5).await;
        assert_eq!(taken.calls, 3);
        let refused = taken.refused.unwrap();
        assert_eq!((refused.limit, &*refused.of), (Limit::ProviderMonthly, "hunter"));
        assert_eq!((refused.value, refused.left), (Credits::whole(10), Credits::ZERO));
        assert_eq!(refused.needed, Credits::whole(2));
        assert!(refused.resets_at.is_some());
        let none = take(&desk, 1).await;
        assert_eq!((none.calls, &none.refused), (0, &none_left(&desk).await));
        // As soon as the plan has more.
        let mut tx = desk.db.writer().await.unwrap();
        desk.ledger.set_policy(&mut tx, WORKSPACE, &limited(12)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(none_left(&desk).await, None);
        assert_eq!(take(&desk, 5).await.calls, 2);
        // And none where it has fewer, or none at all.
        for fewer in [3, 0] {
            let mut tx = desk.db.writer().await.unwrap();
            desk.ledger.set_policy(&mut tx, WORKSPACE, &limited(fewer)).await.unwrap();
            tx.commit().await.unwrap();
            let taken = take(&desk, 1).await;
            let refused = taken.refused.unwrap();
            assert_eq!((taken.calls, refused.left), (0, Credits::ZERO));
            assert_eq!(none_left(&desk).await, Some(refused));
        }
        assert_eq!(take(&desk, 0).await, CallsTaken { calls: 0, refused: None });
    }

    async fn a_month_begins_anew_and_calls_come_back_to_their_own(db) {
        let desk = Desk::new(&db, limited(4));
        let (last, first) = (at("2026-01-31T23:59:59.999999Z"), at("2026-02-01T00:00:00Z"));
        assert_eq!(take_at(&desk, 4, last).await.refused, None);
        let refused = take_at(&desk, 1, last).await.refused.unwrap();
        assert_eq!(refused.resets_at, Some(first));
        assert_eq!(take_at(&desk, 5, first).await.calls, 4);
        back(&desk, 3, last).await;
        assert_eq!(take_at(&desk, 1, first).await.calls, 0, "January's do not help February");
        assert_eq!(take_at(&desk, 5, last).await.calls, 3);
        // More than was taken gives nobody room.
        back(&desk, 90, first).await;
        assert_eq!(take_at(&desk, 9, first).await.calls, 4);
    }

    async fn what_was_asked_before_there_was_a_limit_counts(db) {
        let desk = Desk::new(&db, metered());
        assert_eq!(take(&desk, 6).await, CallsTaken { calls: 6, refused: None });
        let mut tx = desk.db.writer().await.unwrap();
        desk.ledger.set_policy(&mut tx, WORKSPACE, &limited(8)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(take(&desk, 6).await.calls, 2);
    }

    async fn orders_and_runs_share_it_and_only_a_release_gives_back(db) {
        let desk = Desk::new(&db, limited(6));
        desk.grant("g", &credits(1_000_000)).await.unwrap();
        let released = desk.hold(of_hunter("released")).await;
        let captured = desk.hold(of_hunter("captured")).await;
        assert_eq!(take(&desk, 3).await.calls, 2);
        let refused = desk.try_hold(of_hunter("over")).await.unwrap().unwrap_err();
        assert_eq!((refused.limit, refused.left), (Limit::ProviderMonthly, Credits::ZERO));
        assert!(desk.release(released.id).await && !desk.release(released.id).await);
        assert!(desk.capture(captured.id, Some(Credits::ZERO)).await.is_ok());
        assert_eq!(take(&desk, 3).await.calls, 2, "what was released was not asked");
        back(&desk, 2, captely_platform::clock::Clock::now(&*desk.clock)).await;
        // Nobody knows what became of one whose time is over.
        desk.hold(of_hunter("forgotten")).await;
        desk.clock.advance(HOUR + Duration::from_secs(1));
        assert_eq!(desk.ledger.expire_holds().await.unwrap(), 1);
        assert_eq!(take(&desk, 1).await.calls, 0);
        desk.check().await;
    }

    async fn processes_that_race_take_exactly_what_there_is(db) {
        const MAX: u32 = 101;
        let desks = [(*db).clone(), db.another_process().await];
        Desk::new(&db, limited(MAX)).grant("g", &credits(1_000_000)).await.unwrap();
        let mut tasks = JoinSet::new();
        for (n, db) in (0..64_u32).zip(desks.iter().cycle()) {
            let desk = Desk::seeded(db, limited(MAX), 100 + u64::from(n));
            tasks.spawn(async move {
                let mut calls = 0;
                for turn in 0..3 {
                    calls += take(&desk, 1 + n % 3).await.calls;
                    if n % 8 == 0 {
                        let order = of_hunter(&format!("{n} {turn}"));
                        if let Ok(Held::Credits(hold)) = desk.try_hold(order).await.unwrap() {
                            calls += 2;
                            if turn == 1 && desk.release(hold.id).await {
                                calls -= 2;
                            }
                        }
                    }
                }
                calls
            });
        }
        let all: u32 = tasks.join_all().await.into_iter().sum();
        let desk = Desk::new(&db, limited(MAX));
        let rest = take(&desk, MAX).await.calls;
        assert_eq!(all + rest, MAX, "{rest} were left");
        assert_eq!(take(&desk, 1).await.calls, 0);
        desk.check().await;
    }
}
