//! Whoever runs the installation changes how money comes.

use captely_billing::Mode;
use captely_billing::catalogue::Catalogue;
use captely_credits::{Action, Key, Order, Purpose};
use captely_testkit::both_dbs;
use serde_json::{Value, json};

use crate::app::{TestApp, at_stripe, migrations};

/// A Stripe that is never called.
fn stripe() -> Mode {
    at_stripe("http://127.0.0.1:9", "sk_test_none", "whsec_none")
}

/// Spends on an action, as work does.
async fn works(app: &TestApp, key: &str) {
    let order = Order {
        key: Key::new(key),
        action: Action::EmailReveal,
        quantity: 1,
        purpose: Purpose::default(),
        run_max: None,
    };
    let mut tx = app.db.writer().await.unwrap();
    let charged = app.ledger.charge(&mut tx, app.workspace, &[order]).await.unwrap();
    charged[0].as_ref().unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    migrations = &migrations();

    async fn what_was_given_while_nothing_was_sold_ends_with_it(db) {
        let app = TestApp::with(db, Mode::Off, Catalogue::built_in().unwrap()).await;
        works(&app, "first").await;
        assert!(app.credits().await > 900_000);
        let app = app.restarted(Mode::Manual).await;
        assert_eq!(app.billing.adopt().await.unwrap(), 1);
        assert_eq!(app.billing.adopt().await.unwrap(), 0);
        app.is("free", "active").await;
        assert_eq!(app.credits().await, 100);
        app.balanced().await;
        // And again, now that the workspace is known.
        app.subscribe("starter", "yearly").await;
        let app = app.restarted(Mode::Off).await;
        assert_eq!(app.billing.adopt().await.unwrap(), 1);
        app.spend(1_100).await;
        works(&app, "second").await;
        assert!(app.credits().await > 900_000);
        let app = app.restarted(Mode::Manual).await;
        assert_eq!(app.billing.adopt().await.unwrap(), 1);
        app.is("starter", "active").await;
        assert_eq!(app.stands().await.2, "starter");
        assert_eq!(app.credits().await, 0);
        app.balanced().await;
    }

    async fn who_paid_by_hand_goes_on_so_at_stripe(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        let app = app.restarted(stripe()).await;
        app.days(31).await;
        let open = app.open_invoice().await;
        let said = app.get(&format!("/api/billing/invoices/{open}")).await;
        assert_eq!(said.is(200)["status"], "open");
        app.pay(&open).await.is(200);
        app.is("starter", "active").await;
        assert_eq!(app.credits().await, 1_000);
        // Not paid, it ends, and Stripe's page is open to them.
        app.days(31 + 28).await;
        app.is("free", "active").await;
        app.balanced().await;
    }

    async fn what_stripe_collects_is_not_paid_by_hand(db) {
        let app = TestApp::with(db, stripe(), Catalogue::built_in().unwrap()).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        // Stripe is out of reach; the order stands.
        let _out_of_reach = app.post("/api/subscriptions", plan).await;
        let invoices = app.get("/api/billing/invoices").await;
        let items: &Value = &invoices.is(200)["items"];
        assert_eq!(items[0]["status"], "draft", "{items}");
        let id = items[0]["id"].as_str().unwrap();
        app.pay(id).await.refused(409, "conflict");
        app.refund(id, 100, "line 13").await.refused(409, "conflict");
    }
}
