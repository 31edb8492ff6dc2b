//! The trial of a workspace.

use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{TestApp, migrations};

both_dbs! {
    migrations = &migrations();

    async fn it_lasts_fourteen_days_and_comes_once(db) {
        let app = TestApp::manual(db).await;
        let wish = json!({ "package_id": "professional", "billing_cycle": "monthly", "start_trial": true });
        assert_eq!(app.get("/api/subscriptions").await.is(200)["trial_available"], true);
        app.post("/api/subscriptions", wish.clone()).await.is(201);
        app.is("professional", "trialing").await;
        assert_eq!(app.credits().await, 600);
        app.days(13).await;
        app.is("professional", "trialing").await;
        app.days(1).await;
        app.is("free", "active").await;
        assert_eq!(app.credits().await, 0);
        app.post("/api/subscriptions", wish).await.refused(409, "trial_taken");
        app.balanced().await;
    }

    async fn it_can_be_paid_before_its_end(db) {
        let app = TestApp::manual(db).await;
        let wish = json!({ "package_id": "starter", "billing_cycle": "monthly", "start_trial": true });
        app.post("/api/subscriptions", wish).await.is(201);
        app.patch("/api/subscriptions", json!({ "package_id": "professional" })).await.is(200);
        app.is("professional", "trialing").await;
        app.days(5).await;
        app.subscribe("starter", "yearly").await;
        app.is("starter", "active").await;
        app.days(10).await;
        app.is("starter", "active").await;
    }

    async fn the_free_plan_has_none(db) {
        let app = TestApp::manual(db).await;
        let wish = json!({ "package_id": "free", "billing_cycle": "monthly", "start_trial": true });
        app.post("/api/subscriptions", wish).await.refused(422, "invalid");
    }
}
