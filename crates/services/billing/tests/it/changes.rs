//! Upgrades and downgrades.

use captely_testkit::both_dbs;
use serde_json::{Value, json};

use crate::app::{TestApp, migrations};

both_dbs! {
    migrations = &migrations();

    async fn more_holds_now_for_the_difference_that_the_preview_told(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        // January has 31 days; 15.5 of them are left.
        app.clock.advance(std::time::Duration::from_hours(31 * 12));
        let wish = json!({ "package_id": "professional", "preview": true });
        let preview = app.patch("/api/subscriptions", wish).await;
        assert_eq!(preview.is(200)["takes_effect"], "now");
        assert_eq!(preview.is(200)["total"]["amount"], 5_000);
        assert_eq!(preview.is(200)["credits"], "2000");
        app.is("starter", "active").await;
        let asked = app.patch("/api/subscriptions", json!({ "package_id": "professional" })).await;
        let invoice = asked.is(200)["invoice"].clone();
        assert_eq!(invoice["total"]["amount"], 5_000);
        app.is("starter", "active").await;
        let before = app.credits().await;
        app.pay(invoice["id"].as_str().unwrap()).await.is(200);
        app.is("professional", "active").await;
        assert_eq!(app.credits().await, before + 2_000);
        assert_eq!(app.stands().await.2, "professional");
        app.balanced().await;
    }

    async fn less_waits_for_the_end_of_the_period(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("professional", "monthly").await;
        let said = app.patch("/api/subscriptions", json!({ "package_id": "starter" })).await;
        assert_eq!(said.is(200)["subscription"]["next_package_id"], "starter");
        assert_eq!(said.is(200)["invoice"], Value::Null);
        app.days(30).await;
        app.is("professional", "active").await;
        app.days(1).await;
        app.is("starter", "active").await;
        let said = app.get("/api/billing/invoices").await;
        assert_eq!(said.is(200)["items"][0]["total"]["amount"], 4_900);
    }

    async fn what_is_refused_is_not_shown_either(db) {
        let app = TestApp::manual(db).await;
        app.change_is_refused(json!({ "package_id": "starter" })).await;
        app.subscribe("starter", "monthly").await;
        app.days(31).await;
        // The renewal is open: the difference to a larger plan would be reckoned from what is not paid.
        app.change_is_refused(json!({ "package_id": "professional" })).await;
        app.days(20).await;
        app.is("starter", "past_due").await;
        app.change_is_refused(json!({ "package_id": "professional" })).await;
        app.change_is_refused(json!({ "billing_cycle": "yearly" })).await;
    }

    async fn a_scheduled_change_can_be_called_off(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("professional", "monthly").await;
        app.patch("/api/subscriptions", json!({ "package_id": "free" })).await.is(200);
        let said = app.patch("/api/subscriptions", json!({ "package_id": "professional" })).await;
        assert_eq!(said.is(200)["subscription"]["next_package_id"], Value::Null);
        app.days(31).await;
        app.is("professional", "active").await;
    }

    async fn a_year_in_place_of_months_begins_now(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        app.clock.advance(std::time::Duration::from_hours(31 * 12));
        let asked = app.patch("/api/subscriptions", json!({ "billing_cycle": "yearly" })).await;
        let invoice = asked.is(200)["invoice"].clone();
        assert_eq!(invoice["total"]["amount"], 49_000 - 2_450);
        app.pay(invoice["id"].as_str().unwrap()).await.is(200);
        let said = app.get("/api/subscriptions").await;
        assert_eq!(said.is(200)["subscription"]["period_start"], app.now());
        // 1,100 of the first month and half a month of the new one: the other half is there already.
        assert_eq!(app.credits().await, 1_600);
        app.days(31).await;
        assert_eq!(app.credits().await, 1_000);
        app.balanced().await;
    }

    async fn an_upgrade_that_is_not_paid_lapses_with_its_period(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        let asked = app.patch("/api/subscriptions", json!({ "package_id": "enterprise" })).await;
        let invoice = asked.is(200)["invoice"]["id"].as_str().unwrap().to_owned();
        app.days(31).await;
        app.is("starter", "active").await;
        app.pay(&invoice).await.refused(409, "conflict");
        assert_eq!(app.credits().await, 0);
    }

    async fn nothing_more_is_sold_while_the_period_is_not_paid(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        app.days(31).await;
        let open = app.open_invoice().await;
        for wish in [json!({ "billing_cycle": "yearly" }), json!({ "package_id": "professional" })] {
            app.patch("/api/subscriptions", wish).await.refused(409, "conflict");
        }
        assert_eq!(app.open_invoice().await, open);
        // Less is no new debt.
        app.patch("/api/subscriptions", json!({ "package_id": "free" })).await.is(200);
        app.pay(&open).await.is(200);
        app.patch("/api/subscriptions", json!({ "billing_cycle": "yearly" })).await.is(200);
        // One upgrade may take the place of another.
        app.patch("/api/subscriptions", json!({ "package_id": "enterprise" })).await.is(200);
    }

    async fn a_year_that_is_paid_late_began_when_the_month_was_given_back(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        let ordered = app.now();
        let asked = app.patch("/api/subscriptions", json!({ "billing_cycle": "yearly" })).await;
        let invoice = asked.is(200)["invoice"].clone();
        assert_eq!(invoice["total"]["amount"], 49_000 - 4_900);
        app.days(29).await;
        let before = app.credits().await;
        app.pay(invoice["id"].as_str().unwrap()).await.is(200);
        let said = app.get("/api/subscriptions").await;
        assert_eq!(said.is(200)["subscription"]["period_start"], ordered);
        // The whole month's credits are there already.
        assert_eq!(app.credits().await, before);
        app.days(2).await;
        assert_eq!(app.credits().await, 1_000);
        app.balanced().await;
    }
}
