//! A ledger with workspaces that have enough.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use captely_contact::Credits;
use captely_credits::{
    Action, Capture, GrantSource, Held, HoldId, Key, Ledger, NewGrant, Order, Policy, Purpose,
};
use captely_platform::chance::Chance;
use captely_platform::clock::SystemClock;
use captely_platform::db::Db;
use captely_platform::ids::{Ids, RunId, WorkspaceId};

const LASTS: Duration = Duration::from_hours(1);

#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) ids: Arc<Ids>,
    pub(crate) ledger: Ledger,
    keys: Arc<AtomicU64>,
}

impl Desk {
    pub(crate) fn new(db: &Db) -> Self {
        let chance = Arc::new(Chance::from_seed(1));
        let ids = Arc::new(Ids::new(Arc::new(SystemClock), chance));
        let policy = Policy { unlimited: false, ..Policy::unlimited() };
        let ledger = Ledger::new(db.clone(), Arc::clone(&ids), Arc::new(SystemClock), policy);
        Self { db: db.clone(), ids, ledger, keys: Arc::default() }
    }

    /// Workspaces with a hundred million credits each.
    pub(crate) async fn workspaces(&self, n: usize) -> Arc<Vec<WorkspaceId>> {
        let all: Vec<WorkspaceId> = (0..n).map(|_| WorkspaceId::from(self.ids.uuid())).collect();
        let mut tx = self.db.writer().await.unwrap();
        for workspace in &all {
            let grant = NewGrant {
                source: GrantSource::Package,
                amount: Credits::whole(100_000_000),
                priority: None,
                effective_at: None,
                expires_at: None,
                rollover: None,
                note: String::new(),
            };
            self.ledger.grant(&mut tx, *workspace, &Key::new("grant"), &grant).await.unwrap();
        }
        tx.commit().await.unwrap();
        Arc::new(all)
    }

    /// An address of a contact that nobody has paid for, within a run.
    fn order(&self, run: RunId) -> Order {
        let key = self.keys.fetch_add(1, Ordering::Relaxed);
        let purpose =
            Purpose { subject: Some(self.ids.uuid()), run: Some(run), ..Purpose::default() };
        Order {
            key: Key::new(format!("order {key}")),
            action: Action::EmailReveal,
            quantity: 1,
            purpose,
            run_max: None,
        }
    }

    /// So many holds in a transaction of their own.
    pub(crate) async fn hold(&self, workspace: WorkspaceId, n: usize) -> Vec<HoldId> {
        let run = RunId::from(workspace.as_uuid());
        let orders: Vec<Order> = (0..n).map(|_| self.order(run)).collect();
        let mut tx = self.db.writer().await.unwrap();
        let held = self.ledger.hold(&mut tx, workspace, &orders, LASTS).await.unwrap();
        tx.commit().await.unwrap();
        let id = |held| match held {
            Ok(Held::Credits(hold)) => Some(hold.id),
            _ => None,
        };
        let holds: Vec<HoldId> = held.into_iter().filter_map(id).collect();
        assert_eq!(holds.len(), n, "something was not held");
        holds
    }

    /// Captures them in a transaction of their own.
    pub(crate) async fn capture(&self, workspace: WorkspaceId, holds: &[HoldId]) {
        let one = |hold: &HoldId| Capture { hold: *hold, amount: None, provider: None };
        let captures: Vec<Capture> = holds.iter().map(one).collect();
        let mut tx = self.db.writer().await.unwrap();
        let done = self.ledger.capture(&mut tx, workspace, &captures).await.unwrap();
        tx.commit().await.unwrap();
        assert!(done.iter().all(Result::is_ok), "something was not captured");
    }
}
