//! Packages of credits, and payments that are taken back.

use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{TestApp, migrations};

async fn buy(app: &TestApp) -> String {
    let answer =
        app.post("/api/credit-packages/purchase", json!({ "package_id": "credits_500" })).await;
    answer.is(201)["invoice"]["id"].as_str().unwrap().to_owned()
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
        app.refund(&invoice, 2_901, "r0").await.refused(422, "invalid");
        app.refund(&invoice, 0, "r0").await.refused(422, "invalid");
        app.refund(&invoice, 2_900, "r1").await.is(200);
        app.refund(&invoice, 2_900, "r1").await.is(200);
        app.refund(&invoice, 2_899, "r1").await.refused(409, "conflict");
        app.refund(&invoice, 1, "r2").await.refused(422, "invalid");
        assert_eq!(app.credits().await, 100);
        app.balanced().await;
    }

    async fn what_was_spent_is_owed_and_the_next_credits_pay_for_it(db) {
        let app = TestApp::manual(db).await;
        let invoice = buy(&app).await;
        app.pay(&invoice).await.is(200);
        // All of the free month and 300 of the package.
        app.spend(400).await;
        app.refund(&invoice, 2_900, "r1").await.is(200);
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
        app.refund(&invoice, 1_450, "r1").await.is(200);
        assert_eq!(app.credits().await, 350);
        app.refund(&invoice, 1_450, "r2").await.is(200);
        assert_eq!(app.credits().await, 100);
    }

    async fn a_period_that_is_paid_back_is_over(db) {
        let app = TestApp::manual(db).await;
        let invoice = app.order("starter", "monthly").await;
        app.pay(&invoice).await.is(200);
        app.refund(&invoice, 4_900, "r1").await.is(200);
        app.is("free", "active").await;
        assert_eq!(app.credits().await, 0);
        app.balanced().await;
    }
}
