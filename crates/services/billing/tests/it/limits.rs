//! What the plan in force means to the rest of the program.

use captely_testkit::both_dbs;
use serde_json::{Value, json};

use crate::app::{TestApp, migrations};

async fn asks_for_a_key(app: &TestApp) -> captely_testkit::Answer {
    app.post("/api/api-keys", json!({ "name": "n", "scopes": ["members:read"] })).await
}

async fn invites(app: &TestApp) -> captely_testkit::Answer {
    let wish = json!({ "email": "ada@analytical-engines.example", "role": "user" });
    app.post("/api/invitations", wish).await
}

both_dbs! {
    migrations = &migrations();

    async fn the_free_plan_has_room_for_one_and_no_keys(db) {
        let app = TestApp::manual(db).await;
        app.billing.adopt().await.unwrap();
        asks_for_a_key(&app).await.refused(403, "not_in_plan");
        invites(&app).await.refused(403, "not_in_plan");
        app.subscribe("enterprise", "monthly").await;
        asks_for_a_key(&app).await.is(201);
        invites(&app).await.is(201);
        app.post("/api/subscriptions/cancel", json!({ "now": true })).await.is(200);
        asks_for_a_key(&app).await.refused(403, "not_in_plan");
    }

    async fn the_free_plan_is_in_its_present_month(db) {
        let app = TestApp::manual(db).await;
        app.is("free", "active").await;
        app.days(100).await;
        let said = app.get("/api/subscriptions").await;
        let one: &Value = &said.is(200)["subscription"];
        // 5 January and 100 days.
        assert_eq!(one["period_start"], "2026-04-05T09:00:00Z");
        assert_eq!(one["period_end"], "2026-05-05T09:00:00Z");
    }
}
