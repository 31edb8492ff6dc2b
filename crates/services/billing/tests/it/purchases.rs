//! Packages of credits, and payments that are taken back.

use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{TestApp, migrations};

async fn buy(app: &TestApp) -> String {
    let answer =
        app.post("/api/credit-packages/purchase", json!({ "package_id": "credits_500" })).await;
    answer.is(201)["invoice"]["id"].as_str().unwrap().to_owned()
}

async fn refund(
    app: &TestApp,
    invoice: &str,
    amount: i64,
    reference: &str,
) -> captely_testkit::Answer {
    let path = format!("/api/admin/billing/invoices/{invoice}/refund");
    app.post(&path, json!({ "amount": amount, "reference": reference })).await
}

both_dbs! {
    migrations = &migrations();

    async fn its_credits_come_once_with_the_payment_and_outlive_the_month(db) {
        let app = TestApp::manual(db).await;
        let invoice = buy(&app).await;
        assert_eq!(app.credits().await, 100);
        app.pay(&invoice).await.is(200);
        app.pay(&invoice).await.is(200);
        assert_eq!(app.credits().await, 600);
        app.days(200).await;
        assert_eq!(app.credits().await, 600);
        app.days(165).await;
        assert_eq!(app.credits().await, 100);
        app.balanced().await;
    }

    async fn what_is_left_goes_with_a_refund(db) {
        let app = TestApp::manual(db).await;
        let invoice = buy(&app).await;
        app.pay(&invoice).await.is(200);
        refund(&app, &invoice, 2_901, "r0").await.refused(422, "invalid");
        refund(&app, &invoice, 0, "r0").await.refused(422, "invalid");
        refund(&app, &invoice, 2_900, "r1").await.is(200);
        refund(&app, &invoice, 2_900, "r1").await.is(200);
        refund(&app, &invoice, 2_899, "r1").await.refused(409, "conflict");
        refund(&app, &invoice, 1, "r2").await.refused(422, "invalid");
        assert_eq!(app.credits().await, 100);
        app.balanced().await;
    }

    async fn what_was_spent_is_owed_and_the_next_credits_pay_for_it(db) {
        let app = TestApp::manual(db).await;
        let invoice = buy(&app).await;
        app.pay(&invoice).await.is(200);
        // All of the free month and 300 of the package.
        app.spend(400).await;
        refund(&app, &invoice, 2_900, "r1").await.is(200);
        assert_eq!(app.credits().await, 0);
        app.balanced().await;
        // The free months do not pay for it.
        app.days(31).await;
        assert_eq!(app.credits().await, 100);
        let invoice = buy(&app).await;
        app.pay(&invoice).await.is(200);
        assert_eq!(app.credits().await, 100 + 500 - 300);
        app.balanced().await;
    }

    async fn a_part_that_is_paid_back_takes_its_part(db) {
        let app = TestApp::manual(db).await;
        let invoice = buy(&app).await;
        app.pay(&invoice).await.is(200);
        refund(&app, &invoice, 1_450, "r1").await.is(200);
        assert_eq!(app.credits().await, 350);
        refund(&app, &invoice, 1_450, "r2").await.is(200);
        assert_eq!(app.credits().await, 100);
    }

    async fn a_period_that_is_paid_back_is_over(db) {
        let app = TestApp::manual(db).await;
        let invoice = app.order("starter", "monthly").await;
        app.pay(&invoice).await.is(200);
        refund(&app, &invoice, 4_900, "r1").await.is(200);
        app.is("free", "active").await;
        assert_eq!(app.credits().await, 0);
        app.balanced().await;
    }
}
