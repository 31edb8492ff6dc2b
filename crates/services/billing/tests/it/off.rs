//! Billing is off: nothing is sold, everything is allowed.

use captely_billing::Mode;
use captely_billing::catalogue::Catalogue;
use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{TestApp, migrations};

both_dbs! {
    migrations = &migrations();

    async fn it_says_so_and_sells_nothing(db) {
        let app = TestApp::with(db, Mode::Off, Catalogue::built_in().unwrap()).await;
        let said = app.get("/api/packages").await;
        assert_eq!(said.is(200)["billing"], "off");
        assert!(said.is(200)["plans"].as_array().unwrap().is_empty());
        let said = app.get("/api/subscriptions").await;
        assert_eq!(said.is(200)["subscription"], serde_json::Value::Null);
        assert_eq!(said.is(200)["limits_of"], "self-hosted");
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        app.post("/api/subscriptions", plan).await.refused(409, "billing_off");
        let package = json!({ "package_id": "credits_500" });
        app.post("/api/credit-packages/purchase", package).await.refused(409, "billing_off");
        app.post("/api/subscriptions/cancel", json!({})).await.refused(409, "billing_off");
        app.post("/api/billing/portal", json!({})).await.refused(409, "billing_off");
        assert_eq!(app.billing.sweep().await.unwrap(), 0);
    }

    async fn a_workspace_that_had_a_plan_has_no_limits_once_it_is_off(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        assert_eq!(app.stands().await.2, "starter");
        let off = app.another_process_off().await;
        off.refresh(app.workspace).await.unwrap();
        let policy = app.ledger.standing(app.workspace).await.unwrap().policy;
        assert!(policy.unlimited);
        // And on again: what was bought holds.
        app.billing.refresh(app.workspace).await.unwrap();
        assert_eq!(app.stands().await.2, "starter");
    }
}
