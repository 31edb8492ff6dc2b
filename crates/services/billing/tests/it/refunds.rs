//! A payment that is taken back.

use captely_credits::GrantSource;
use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{TestApp, migrations};

impl TestApp {
    /// Buys a package of 500 credits for 29.00 and pays it; its invoice.
    pub(crate) async fn buy_package(&self) -> String {
        let wish = json!({ "package_id": "credits_500" });
        let bought = self.post("/api/credit-packages/purchase", wish).await;
        let invoice = bought.is(201)["invoice"]["id"].as_str().unwrap().to_owned();
        self.pay(&invoice).await.is(200);
        invoice
    }
}

both_dbs! {
    migrations = &migrations();

    async fn of_a_month_that_has_passed_it_leaves_the_present_one(db) {
        let app = TestApp::manual(db).await;
        let first = app.order("starter", "monthly").await;
        app.pay(&first).await.is(200);
        app.days(31).await;
        let second = app.open_invoice().await;
        app.pay(&second).await.is(200);
        app.refund(&first, 4_900, "line 13").await.is(200);
        app.is("starter", "active").await;
        assert_eq!(app.credits().await, 1_000);
        // A part is a courtesy.
        app.refund(&second, 900, "line 13").await.is(200);
        app.is("starter", "active").await;
        app.balanced().await;
    }

    async fn of_a_month_that_has_passed_it_leaves_one_that_is_not_paid_yet(db) {
        let app = TestApp::manual(db).await;
        let first = app.order("starter", "monthly").await;
        app.pay(&first).await.is(200);
        app.days(31).await;
        let second = app.open_invoice().await;
        app.refund(&first, 4_900, "line 13").await.is(200);
        app.is("starter", "active").await;
        app.pay(&second).await.is(200);
        app.is("starter", "active").await;
        assert_eq!(app.credits().await, 1_000);
        app.refund(&second, 4_900, "line 13").await.is(200);
        app.is("free", "active").await;
        app.balanced().await;
    }

    async fn of_the_present_month_it_ends_it(db) {
        let app = TestApp::manual(db).await;
        let first = app.order("starter", "monthly").await;
        app.pay(&first).await.is(200);
        app.days(3).await;
        app.refund(&first, 4_900, "line 13").await.is(200);
        app.is("free", "active").await;
        app.balanced().await;
    }

    async fn what_was_spent_of_the_month_is_owed(db) {
        let app = TestApp::manual(db).await;
        app.is("free", "active").await;
        app.spend(100).await;
        let first = app.order("starter", "monthly").await;
        app.pay(&first).await.is(200);
        app.spend(300).await;
        app.refund(&first, 4_900, "line 13").await.is(200);
        app.is("free", "active").await;
        assert_eq!(app.credits().await, 0);
        app.subscribe("starter", "monthly").await;
        assert_eq!(app.credits().await, 700);
        app.balanced().await;
    }

    async fn what_was_spent_of_a_month_that_has_passed_is_owed_and_what_expired_is_not(db) {
        let app = TestApp::manual(db).await;
        app.is("free", "active").await;
        app.spend(100).await;
        let first = app.order("starter", "monthly").await;
        app.pay(&first).await.is(200);
        app.spend(300).await;
        app.days(31).await;
        let second = app.open_invoice().await;
        app.pay(&second).await.is(200);
        app.refund(&first, 4_900, "line 13").await.is(200);
        app.is("starter", "active").await;
        let before = app.credits().await;
        app.buy_package().await;
        assert_eq!(app.credits().await, before + 200);
        app.balanced().await;
    }

    async fn a_key_stands_for_one_refund(db) {
        let app = TestApp::manual(db).await;
        let invoice = app.order("starter", "monthly").await;
        app.pay(&invoice).await.is(200);
        let path = format!("/api/admin/billing/invoices/{invoice}/refund");
        let back = async |amount: i64, reference: &str| {
            let body = json!({ "amount": amount, "reference": reference });
            app.call("POST", &path, body, Some("k")).await
        };
        let first = back(1_000, "line 13").await;
        assert_eq!(back(1_000, "line 13").await.is(200), first.is(200));
        back(1_500, "line 14").await.refused(422, "idempotency_key_reused");
        let said = app.get(&format!("/api/billing/invoices/{invoice}")).await;
        assert_eq!(said.is(200)["refunded"]["amount"], 1_000);
    }

    async fn of_a_part_of_a_package_it_leaves_the_free_month(db) {
        let app = TestApp::manual(db).await;
        app.is("free", "active").await;
        app.spend(100).await;
        let package = app.buy_package().await;
        app.spend(500).await;
        app.days(31).await;
        assert_eq!(app.credits().await, 100);
        app.refund(&package, 1_450, "line 13").await.is(200);
        assert_eq!(app.credits().await, 100);
        // Half of it was spent and is owed.
        app.buy_package().await;
        assert_eq!(app.credits().await, 350);
        app.balanced().await;
    }

    async fn of_a_part_of_a_package_it_charges_for_nothing_that_expired(db) {
        let app = TestApp::manual(db).await;
        app.is("free", "active").await;
        app.spend(100).await;
        let package = app.buy_package().await;
        app.spend(100).await;
        app.clock.advance(std::time::Duration::from_hours(24 * 366));
        app.billing.sweep().await.unwrap();
        let before = app.credits().await;
        app.refund(&package, 1_450, "line 13").await.is(200);
        assert_eq!(app.credits().await, before);
        // Four hundred expired.
        app.buy_package().await;
        assert_eq!(app.credits().await, before + 400);
        app.balanced().await;
    }

    async fn what_is_owed_is_given_back_out_of_what_is_paid_for(db) {
        let app = TestApp::manual(db).await;
        app.is("free", "active").await;
        app.spend(100).await;
        let package = app.buy_package().await;
        app.spend(500).await;
        app.refund(&package, 2_900, "line 13").await.is(200);
        app.days(31).await;
        app.buy_package().await;
        let standing = app.ledger.standing(app.workspace).await.unwrap();
        let left = standing.grants.iter().map(|one| (one.source, one.left.as_millis()));
        assert_eq!(left.collect::<Vec<_>>(), [(GrantSource::Plan, 100_000)]);
        app.balanced().await;
    }
}
