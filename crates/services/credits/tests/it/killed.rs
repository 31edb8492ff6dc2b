//! `kill -9` at any moment of a process that holds, captures, charges, grants and refunds, then another one that goes on
//! under the same keys: in the end everything has happened exactly once.

use std::sync::Arc;
use std::time::Duration;

use captely_credits::{Held, Key, Of, Refund};
use captely_platform::chance::Chance;
use captely_platform::db::Db;
use captely_testkit::{TestDb, Victim, both_dbs, db_options, kills};

use crate::desk::{Desk, HOUR, WORKSPACE, credits, metered, migrations, order_for};

/// Of each database.
const KILLS: u64 = 80;
/// Pieces of work that are done again after each kill, besides the one that was killed.
const AGAIN: u64 = 6;
/// From the first piece of work to the kill, at most, in the first round; it grows while the machine is so busy that
/// nothing new is done, and shrinks while much is.
const ALIVE_FIRST_US: u64 = 15_000;
const ALIVE_MAX_US: u64 = 4_000_000;
/// Pieces of work of the process that ends by itself.
const LAST: u64 = 12;

/// Piece `n` of the work, in transactions of their own: a reveal, a charge, a renewal, a refund of the charge.
/// Whole credits all of them, so that nothing is ever drawn from two grants.
async fn work(desk: &Desk, n: u64) {
    let key = format!("work {n}");
    match n % 4 {
        0 => {
            if let Held::Credits(hold) =
                desk.try_hold(order_for(&key, n.into())).await.unwrap().unwrap()
            {
                desk.capture(hold.id, None).await.unwrap();
            }
        }
        1 => drop(desk.charge(order_for(&key, n.into())).await.unwrap()),
        2 => drop(desk.grant(&key, &credits(3_000)).await.unwrap()),
        _ => {
            let of = Of::Charge(Key::new(format!("work {}", n - 2)));
            let what = Refund { of, amount: None, reason: String::new() };
            let mut tx = desk.db.writer().await.unwrap();
            desk.ledger.refund(&mut tx, WORKSPACE, &Key::new(&key), &what).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
}

/// The process that is killed: not a test of its own.
#[test]
fn worker() {
    let Some(told) = Victim::told() else { return };
    let (begins, url) = told.split_once(' ').unwrap();
    let begins: u64 = begins.parse().unwrap();
    captely_testkit::run(async {
        let db = Db::open(url, &db_options()).await.unwrap();
        let desk = Desk::seeded(&db, metered(), u64::from(std::process::id()));
        println!("ledger: open {}", desk.standing().await.holds);
        for n in begins.. {
            work(&desk, n).await;
            println!("ledger: done {n}");
        }
    });
}

/// Lets one work from `begins`, and kills it; the last piece that it said was done, and how many holds it found open.
fn kill_one(url: &str, begins: u64, alive: Duration) -> (Option<u64>, u64) {
    let mut victim = Victim::start("killed::worker", &format!("{begins} {url}"));
    let number = |said: String| said.parse().unwrap();
    let open = victim.says("ledger: open ").map(number).expect("a worker that starts");
    std::thread::sleep(alive);
    victim.kill();
    let mut done = None;
    while let Some(said) = victim.says("ledger: done ") {
        // The last line may be cut off.
        done = said.parse().ok().or(done);
    }
    (done, open)
}

both_dbs! {
    migrations = &migrations();

    async fn everything_happens_once(db) {
        let db: TestDb = db;
        let desk = Desk::new(&db, metered());
        desk.grant("first", &credits(1_000_000)).await.unwrap();
        let chance = Arc::new(Chance::from_seed(5));
        let (mut next, mut left_open, mut alive_us) = (0, 0, ALIVE_FIRST_US);
        for _ in 0..kills(KILLS) {
            let (url, begins) = (db.url().to_owned(), next.max(AGAIN) - AGAIN);
            let alive = Duration::from_micros(chance.u64() % alive_us);
            let killed = tokio::task::spawn_blocking(move || kill_one(&url, begins, alive));
            let (done, open) = killed.await.unwrap();
            let was = next;
            next = next.max(done.map_or(0, |done| done + 1));
            alive_us = match next - was {
                0 => (alive_us * 9 / 8).min(ALIVE_MAX_US),
                1..8 => alive_us,
                _ => alive_us * 7 / 8,
            };
            left_open += open;
        }
        // What was done and not said is found by its key; the last process is let be.
        for n in next.max(AGAIN) - AGAIN..next + LAST {
            work(&desk, n).await;
        }
        println!("{next} pieces of work; {left_open} holds were left by a kill");
        assert!(left_open > 0 && next > kills(KILLS) / 10, "the kills came at the wrong moments");
        desk.clock.advance(HOUR);
        desk.ledger.expire_holds().await.unwrap();
        let (mut spent, mut granted, mut entries) = (0, 1_000_000, 1);
        for n in 0..next + LAST {
            match n % 4 {
                0 => (spent, entries) = (spent + 1_000, entries + 2),
                1 => (spent, entries) = (spent + 1_000, entries + 1),
                2 => (granted, entries) = (granted + 3_000, entries + 1),
                _ => (spent, entries) = (spent - 1_000, entries + 1),
            }
        }
        assert_eq!(desk.sums().await, (granted - spent, 0, spent));
        assert_eq!(desk.standing().await.entries, entries);
        desk.check().await;
    }
}
