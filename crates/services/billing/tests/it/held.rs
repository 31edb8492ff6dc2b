//! Credits that are held while their payment is taken back.

use std::time::Duration;

use captely_credits::{Action, Held, HoldId, Key, Order, Purpose};
use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{TestApp, migrations};

const LASTS: Duration = Duration::from_hours(24);

impl TestApp {
    /// Sets whole credits aside for addresses.
    pub(crate) async fn hold(&self, whole: u32) -> HoldId {
        let order = Order {
            key: Key::new(format!("hold {}", self.now())),
            action: Action::EmailReveal,
            quantity: whole,
            purpose: Purpose::default(),
            run_max: None,
        };
        let mut tx = self.db.writer().await.unwrap();
        let held = self.ledger.hold(&mut tx, self.workspace, &[order], LASTS).await.unwrap();
        tx.commit().await.unwrap();
        let Ok(Held::Credits(hold)) = held[0] else { panic!("not held: {held:?}") };
        hold.id
    }

    /// Gives them back: nothing was found.
    pub(crate) async fn release(&self, hold: HoldId) {
        let mut tx = self.db.writer().await.unwrap();
        let released = self.ledger.release(&mut tx, self.workspace, &[hold]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(released.contains(&hold));
        let checked = self.ledger.verify(self.workspace).await.unwrap();
        assert!(checked.is_right(), "{:?}", checked.faults);
    }
}

both_dbs! {
    migrations = &migrations();

    async fn what_comes_back_of_a_package_that_was_paid_back_can_be_used(db) {
        let app = TestApp::manual(db).await;
        app.is("free", "active").await;
        app.spend(100).await;
        let invoice = app.buy_package().await;
        let hold = app.hold(40).await;
        app.refund(&invoice, 2_900, "line 13").await.is(200);
        assert_eq!(app.credits().await, 0);
        app.release(hold).await;
        assert_eq!(app.credits().await, 40);
        // Those forty are owed.
        app.buy_package().await;
        assert_eq!(app.credits().await, 500);
        app.balanced().await;
    }

    async fn what_comes_back_of_a_month_that_was_paid_back_can_be_used(db) {
        let app = TestApp::manual(db).await;
        app.is("free", "active").await;
        app.spend(100).await;
        let invoice = app.order("starter", "monthly").await;
        app.pay(&invoice).await.is(200);
        let hold = app.hold(300).await;
        app.refund(&invoice, 4_900, "line 13").await.is(200);
        app.is("free", "active").await;
        assert_eq!(app.credits().await, 0);
        app.release(hold).await;
        assert_eq!(app.credits().await, 300);
        app.subscribe("starter", "monthly").await;
        assert_eq!(app.credits().await, 1_000);
        // What is paid for now gave back what was owed, and no end of a plan takes the rest.
        app.post("/api/subscriptions/cancel", json!({ "now": true })).await.is(200);
        assert_eq!(app.credits().await, 300);
        app.balanced().await;
    }
}
