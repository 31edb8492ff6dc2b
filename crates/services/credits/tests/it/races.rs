//! Many at once on one account, over several databases' handles as other processes would have them: what is affordable
//! is given and no more, and whatever can happen once happens once.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use captely_contact::Credits;
use captely_credits::{
    Capture, CaptureError, Charged, CreditError, Held, Hold, HoldId, Limit, Order,
};
use captely_testkit::{TestDb, both_dbs};
use tokio::sync::Barrier;

use crate::desk::{Desk, HOUR, WORKSPACE, credits, metered, migrations, order, order_for};

const CLIENTS: usize = 64;
const PROCESSES: u64 = 4;

/// The ledgers of several processes over one database.
struct Crowd {
    desks: Vec<Arc<Desk>>,
    /// Times that a client was told to try again.
    tried_again: Arc<AtomicU64>,
}

impl Crowd {
    /// With so many credits in thousandths.
    async fn new(db: &TestDb, granted: i64) -> Self {
        let mut desks = vec![Arc::new(Desk::seeded(db, metered(), 1))];
        for seed in 2..=PROCESSES {
            let other = db.another_process().await;
            desks.push(Arc::new(Desk::seeded(&other, metered(), seed)));
        }
        desks[0].grant("g", &credits(granted)).await.unwrap();
        Self { desks, tried_again: Arc::default() }
    }

    fn desk(&self, n: usize) -> &Arc<Desk> {
        &self.desks[n % self.desks.len()]
    }

    /// What each of so many says, begun at the same moment. Only what may be tried again is.
    async fn all<T, W>(
        &self,
        clients: usize,
        work: impl Fn(Arc<Desk>, usize) -> W + Clone + Send + Sync + 'static,
    ) -> Vec<T>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, CreditError>> + Send,
    {
        let barrier = Arc::new(Barrier::new(clients));
        let mut tasks = Vec::new();
        for n in 0..clients {
            let (desk, work) = (Arc::clone(self.desk(n)), work.clone());
            let (barrier, tried) = (Arc::clone(&barrier), Arc::clone(&self.tried_again));
            tasks.push(tokio::spawn(async move {
                barrier.wait().await;
                loop {
                    match work(Arc::clone(&desk), n).await {
                        Err(CreditError::Db(why)) if why.is_retryable() => {
                            println!("tried again: {why}");
                            tried.fetch_add(1, Ordering::Relaxed);
                        }
                        done => return done.unwrap(),
                    }
                }
            }));
        }
        let mut out = Vec::new();
        for task in tasks {
            out.push(task.await.unwrap());
        }
        out
    }

    /// With what is available, held and spent.
    async fn stands(&self, sums: (i64, i64, i64)) {
        assert_eq!(self.desks[0].sums().await, sums);
        self.check().await;
    }

    /// And that nobody had to wait for somebody who waited for them.
    async fn check(&self) {
        assert_eq!(self.tried_again.load(Ordering::Relaxed), 0, "somebody was told to try again");
        self.desks[0].check().await;
    }
}

async fn charge(desk: &Desk, order: Order) -> Result<Result<Charged, Limit>, CreditError> {
    let mut tx = desk.db.writer().await?;
    let charged = desk.ledger.charge(&mut tx, WORKSPACE, &[order]).await?.remove(0);
    tx.commit().await?;
    Ok(charged.map_err(|refusal| refusal.limit))
}

async fn capture(
    desk: &Desk,
    holds: &[HoldId],
) -> Result<Vec<Result<Charged, CaptureError>>, CreditError> {
    let one = |hold: &HoldId| Capture { hold: *hold, amount: None, provider: None };
    let captures: Vec<Capture> = holds.iter().map(one).collect();
    let mut tx = desk.db.writer().await?;
    let done = desk.ledger.capture(&mut tx, WORKSPACE, &captures).await?;
    tx.commit().await?;
    Ok(done)
}

async fn release(desk: &Desk, holds: &[HoldId]) -> Result<usize, CreditError> {
    let mut tx = desk.db.writer().await?;
    let open = desk.ledger.release(&mut tx, WORKSPACE, holds).await?;
    tx.commit().await?;
    Ok(open.len())
}

/// Asks for holds again, which prolongs them.
async fn hold_again(desk: &Desk, orders: &[Order]) -> Result<(), CreditError> {
    let mut tx = desk.db.writer().await?;
    desk.ledger.hold(&mut tx, WORKSPACE, orders, HOUR * 2).await?;
    tx.commit().await?;
    Ok(())
}

async fn some_holds(desk: &Desk, round: usize, n: usize) -> Arc<Vec<HoldId>> {
    let mut out = Vec::new();
    for n in 0..n {
        out.push(desk.hold(order(&format!("hold {round} {n}"))).await.id);
    }
    Arc::new(out)
}

const ONE: Charged = Charged::Spent(Credits::whole(1));

both_dbs! {
    migrations = &migrations();

    async fn as_many_holds_as_there_are_credits(db) {
        let crowd = Crowd::new(&db, 20_000).await;
        let said = crowd.all(CLIENTS, async |desk, n| desk.try_hold(order(&format!("k{n}"))).await).await;
        let held = said.iter().filter(|held| matches!(held, Ok(Held::Credits(_)))).count();
        let refused = said.iter().filter(|held| matches!(held, Err(why) if why.limit == Limit::Balance));
        assert_eq!((held, refused.count()), (20, CLIENTS - 20));
        crowd.stands((0, 20_000, 0)).await;
    }

    async fn as_many_charges_as_there_are_credits(db) {
        let crowd = Crowd::new(&db, 20_999).await;
        let said = crowd.all(CLIENTS, async |desk, n| charge(&desk, order(&format!("k{n}"))).await).await;
        assert_eq!(said.iter().filter(|charged| **charged == Ok(ONE)).count(), 20);
        crowd.stands((999, 0, 20_000)).await;
    }

    async fn one_pays_for_a_contact(db) {
        let crowd = Crowd::new(&db, 100_000).await;
        let said = crowd.all(CLIENTS, async |desk, n| charge(&desk, order_for(&format!("k{n}"), 7)).await).await;
        assert_eq!(said.iter().filter(|charged| **charged == Ok(ONE)).count(), 1);
        assert_eq!(said.iter().filter(|charged| **charged == Ok(Charged::Free)).count(), CLIENTS - 1);
        crowd.stands((99_000, 0, 1_000)).await;
    }

    async fn one_capture_pays_for_a_contact_that_all_hold_for(db) {
        let crowd = Crowd::new(&db, 100_000).await;
        let held = crowd.all(CLIENTS, async |desk, n| desk.try_hold(order_for(&format!("k{n}"), 7)).await).await;
        let id = |held: &Result<Held, _>| match held {
            Ok(Held::Credits(hold)) => hold.id,
            other => panic!("not held: {other:?}"),
        };
        let holds: Arc<Vec<HoldId>> = Arc::new(held.iter().map(id).collect());
        let said = crowd.all(CLIENTS, move |desk, n| {
            let holds = Arc::clone(&holds);
            async move { capture(&desk, &holds[n..=n]).await }
        }).await.concat();
        assert_eq!(said.iter().filter(|charged| **charged == Ok(ONE)).count(), 1);
        assert_eq!(said.iter().filter(|charged| **charged == Ok(Charged::Free)).count(), CLIENTS - 1);
        crowd.stands((99_000, 0, 1_000)).await;
    }

    async fn one_hold_for_a_key(db) {
        let crowd = Crowd::new(&db, 100_000).await;
        let said = crowd.all(CLIENTS, async |desk, _| desk.try_hold(order("the same")).await).await;
        let holds: Vec<Hold> = said.into_iter().map(|held| match held {
            Ok(Held::Credits(hold)) => hold,
            other => panic!("not held: {other:?}"),
        }).collect();
        assert!(holds.iter().all(|hold| *hold == holds[0]), "{holds:?}");
        crowd.stands((99_000, 1_000, 0)).await;
    }

    async fn a_hold_is_captured_once_by_all(db) {
        let crowd = Crowd::new(&db, 100_000).await;
        let hold = crowd.desks[0].hold(order("a")).await.id;
        let said = crowd.all(CLIENTS, move |desk, _| async move { capture(&desk, &[hold]).await }).await;
        assert!(said.concat().iter().all(|charged| *charged == Ok(ONE)));
        crowd.stands((99_000, 0, 1_000)).await;
    }

    async fn a_hold_ends_once_by_capture_release_or_time(db) {
        let crowd = Crowd::new(&db, 100_000).await;
        let holds = some_holds(&crowd.desks[0], 0, CLIENTS / 2).await;
        // For this process their time is over.
        crowd.desks[3].clock.advance(HOUR);
        let theirs = Arc::clone(&holds);
        let captured = crowd.all(CLIENTS, move |desk, n| {
            let hold = theirs[n / 2];
            async move {
                match n % 4 {
                    0 | 1 => Ok(capture(&desk, &[hold]).await?[0] == Ok(ONE)),
                    2 => release(&desk, &[hold]).await.map(|_| false),
                    _ => desk.ledger.expire_holds().await.map(|_| false),
                }
            }
        }).await;
        // Of the two captures of one hold both say the same.
        let pairs = captured.chunks(2).filter(|both| both.contains(&true)).count();
        let spent = 1_000 * i64::try_from(pairs).unwrap();
        crowd.stands((100_000 - spent, 0, spent)).await;
        println!("{pairs} of {} were captured in time", holds.len());
    }

    async fn the_same_holds_in_other_orders_do_not_stand_in_each_others_way(db) {
        let crowd = Crowd::new(&db, 100_000).await;
        for round in 0..4 {
            let holds = some_holds(&crowd.desks[0], round, 24).await;
            crowd.all(CLIENTS, move |desk, n| {
                let mut keyed: Vec<(usize, HoldId)> = holds.iter().copied().enumerate().collect();
                if n % 2 == 0 {
                    keyed.reverse();
                }
                keyed.rotate_left(n % 7);
                let holds: Vec<HoldId> = keyed.iter().map(|(_, id)| *id).collect();
                let key = |(place, _): &(usize, HoldId)| order(&format!("hold {round} {place}"));
                let orders: Vec<Order> = keyed.iter().map(key).collect();
                async move {
                    match n % 8 {
                        0 => release(&desk, &holds).await.map(drop),
                        1 => capture(&desk, &holds[..12]).await.map(drop),
                        _ => hold_again(&desk, &orders).await,
                    }
                }
            }).await;
        }
        let (available, held, spent) = crowd.desks[0].sums().await;
        assert_eq!((available + spent, held), (100_000, 0));
        crowd.check().await;
    }
}
