//! What is refused, precisely.

use captely_testkit::both_dbs;
use serde_json::{Value, json};

use crate::app::{TestApp, migrations};

both_dbs! {
    migrations = &migrations();

    async fn requests_that_cannot_be_done(db) {
        let app = TestApp::manual(db).await;
        let good = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let path = "/api/subscriptions";
        let bare = app.call("POST", path, good.clone(), None).await;
        bare.refused(422, "idempotency_key_needed");
        for (body, status, code) in [
            (json!({ "package_id": "gold", "billing_cycle": "monthly" }), 422, "invalid"),
            (json!({ "package_id": "starter", "billing_cycle": "weekly" }), 422, "invalid"),
            (json!({ "package_id": "starter" }), 422, "invalid"),
            (json!({ "package_id": "starter", "billing_cycle": "monthly", "price": 1 }), 422, "invalid"),
            (json!({ "package_id": "free", "billing_cycle": "monthly" }), 422, "invalid"),
        ] {
            app.post(path, body).await.refused(status, code);
        }
        app.patch(path, json!({ "package_id": "starter" })).await.refused(409, "conflict");
        app.post("/api/subscriptions/cancel", json!({})).await.refused(409, "conflict");
        app.post("/api/subscriptions/resume", json!({})).await.refused(409, "conflict");
        let package = json!({ "package_id": "credits_1" });
        app.post("/api/credit-packages/purchase", package).await.refused(422, "invalid");
        app.post("/api/billing/portal", Value::Null).await.refused(409, "not_through_stripe");
        let event = app.post("/api/billing/webhooks/stripe", json!({ "id": "evt_1" })).await;
        event.refused(409, "not_through_stripe");
        let unknown = "ivc_019900000000700080000000000000ab";
        app.get(&format!("/api/billing/invoices/{unknown}")).await.refused(404, "not_found");
        app.pay(unknown).await.refused(404, "not_found");
        for details in [json!({ "vat_id": "DE12" }), json!({ "country": "d" })] {
            app.patch("/api/billing/details", details).await.refused(422, "invalid");
        }
        app.subscribe("starter", "monthly").await;
        app.post(path, good).await.refused(409, "conflict");
    }

    async fn the_same_request_twice_orders_once_and_another_body_is_refused(db) {
        let app = TestApp::manual(db).await;
        let path = "/api/credit-packages/purchase";
        let body = json!({ "package_id": "credits_500" });
        let first = app.call("POST", path, body.clone(), Some("k")).await;
        let again = app.call("POST", path, body, Some("k")).await;
        assert_eq!(first.is(201), again.is(201));
        assert_eq!(app.get("/api/billing/invoices").await.column("id").len(), 1);
        let other = json!({ "package_id": "credits_2000" });
        let reused = app.call("POST", path, other, Some("k")).await;
        reused.refused(422, "idempotency_key_reused");
    }

    async fn an_order_takes_the_place_of_the_one_before(db) {
        let app = TestApp::manual(db).await;
        let first = app.order("starter", "monthly").await;
        let second = app.order("professional", "yearly").await;
        app.pay(&first).await.refused(409, "conflict");
        app.pay(&second).await.is(200);
        app.is("professional", "active").await;
    }
}
