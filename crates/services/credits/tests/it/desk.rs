//! A ledger with a clock that stands still, and short words for what tests do with it.

use std::sync::Arc;
use std::time::Duration;

use captely_contact::Credits;
use captely_credits::{
    Action, Capture, CaptureError, Charged, Checked, CreditError, GrantId, GrantSource, Held, Hold,
    HoldId, Key, Ledger, NewGrant, Order, Policy, Purpose, Refusal, Standing,
};
use captely_platform::db::{Db, Migration};
use captely_platform::ids::WorkspaceId;
use captely_testkit::TestClock;
use uuid::Uuid;

/// The tables that the ledger needs.
pub(crate) fn migrations() -> Vec<Migration> {
    let all =
        [captely_platform::MIGRATIONS, captely_accounts::MIGRATIONS, captely_credits::MIGRATIONS];
    all.concat()
}

pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId::LOCAL;

pub(crate) const HOUR: Duration = Duration::from_hours(1);

/// A plan without unlimited credits and without any limit.
pub(crate) fn metered() -> Policy {
    Policy { plan: "test".to_owned(), unlimited: false, ..Policy::unlimited() }
}

pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) ledger: Ledger,
}

impl Desk {
    pub(crate) fn new(db: &Db, policy: Policy) -> Self {
        Self::seeded(db, policy, 1)
    }

    /// As another process: with ids of its own.
    pub(crate) fn seeded(db: &Db, policy: Policy, seed: u64) -> Self {
        let clock = Arc::new(TestClock::default());
        let ids = Arc::new(captely_testkit::ids_at(Arc::<TestClock>::clone(&clock), seed));
        let ledger = Ledger::new(db.clone(), ids, Arc::<TestClock>::clone(&clock), policy);
        Self { db: db.clone(), clock, ledger }
    }

    pub(crate) async fn grant(&self, key: &str, new: &NewGrant) -> Result<GrantId, CreditError> {
        let mut tx = self.db.writer().await?;
        let made = self.ledger.grant(&mut tx, WORKSPACE, &Key::new(key), new).await?;
        tx.commit().await?;
        Ok(made)
    }

    pub(crate) async fn try_hold(
        &self,
        order: Order,
    ) -> Result<Result<Held, Refusal>, CreditError> {
        let mut tx = self.db.writer().await?;
        let mut held = self.ledger.hold(&mut tx, WORKSPACE, &[order], HOUR).await?;
        tx.commit().await?;
        Ok(held.remove(0))
    }

    /// A hold that must succeed.
    pub(crate) async fn hold(&self, order: Order) -> Hold {
        match self.try_hold(order).await.unwrap().unwrap() {
            Held::Credits(hold) => hold,
            other => panic!("not held: {other:?}"),
        }
    }

    pub(crate) async fn capture(
        &self,
        hold: HoldId,
        amount: Option<Credits>,
    ) -> Result<Charged, CaptureError> {
        let mut tx = self.db.writer().await.unwrap();
        let capture = Capture { hold, amount, provider: None };
        let mut done = self.ledger.capture(&mut tx, WORKSPACE, &[capture]).await.unwrap();
        tx.commit().await.unwrap();
        done.remove(0)
    }

    pub(crate) async fn release(&self, hold: HoldId) -> bool {
        let mut tx = self.db.writer().await.unwrap();
        let released = self.ledger.release(&mut tx, WORKSPACE, &[hold]).await.unwrap();
        tx.commit().await.unwrap();
        released.contains(&hold)
    }

    pub(crate) async fn charge(&self, order: Order) -> Result<Charged, Refusal> {
        let mut tx = self.db.writer().await.unwrap();
        let mut done = self.ledger.charge(&mut tx, WORKSPACE, &[order]).await.unwrap();
        tx.commit().await.unwrap();
        done.remove(0)
    }

    pub(crate) async fn standing(&self) -> Standing {
        self.ledger.standing(WORKSPACE).await.unwrap()
    }

    /// What is available, held and spent, in thousandths.
    pub(crate) async fn sums(&self) -> (i64, i64, i64) {
        let standing = self.standing().await;
        (standing.available.as_millis(), standing.held.as_millis(), standing.spent.as_millis())
    }

    /// Checks the whole ledger.
    pub(crate) async fn check(&self) {
        let checked: Checked = self.ledger.verify(WORKSPACE).await.unwrap();
        assert!(checked.is_right(), "{:#?}", checked.faults);
    }
}

/// Credits without an end.
pub(crate) fn credits(amount: i64) -> NewGrant {
    NewGrant {
        source: GrantSource::Package,
        amount: Credits::millis(amount),
        priority: None,
        effective_at: None,
        expires_at: None,
        rollover: None,
        note: String::new(),
    }
}

/// An e-mail address for nobody in particular: 1,000 thousandths.
pub(crate) fn order(key: &str) -> Order {
    Order {
        key: Key::new(key),
        action: Action::EmailReveal,
        quantity: 1,
        purpose: Purpose::default(),
        run_max: None,
    }
}

/// The same for a contact.
pub(crate) fn order_for(key: &str, subject: u128) -> Order {
    let purpose = Purpose { subject: Some(Uuid::from_u128(subject)), ..Purpose::default() };
    Order { purpose, ..order(key) }
}
