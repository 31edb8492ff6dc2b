use captely_sandbox::Conduct;
use captely_testkit::both_dbs;
use serde_json::{Value, json};

use super::cards::{FAILS_LATER, GOOD};
use super::shop::Shop;
use crate::app::migrations;

fn starter() -> Value {
    json!({ "package_id": "starter", "billing_cycle": "monthly" })
}

both_dbs! {
    migrations = &migrations();

    async fn from_the_page_to_the_end(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let asked = shop.app.post("/api/subscriptions", starter()).await;
        shop.app.is("free", "active").await;
        shop.pay(asked.is(201), GOOD).await;
        shop.app.is("starter", "active").await;
        assert_eq!(shop.app.credits().await, 1_100);
        let invoices = shop.app.get("/api/billing/invoices").await;
        assert_eq!(invoices.column("number"), ["2026-000001"]);
        assert_eq!(invoices.column("status"), ["paid"]);
        // The next period is paid by Stripe, and told by it.
        shop.days(32).await;
        shop.app.is("starter", "active").await;
        assert_eq!(shop.app.credits().await, 1_000);
        assert_eq!(shop.app.get("/api/billing/history").await.column("kind"), ["payment", "payment"]);
        shop.app.post("/api/subscriptions/cancel", json!({})).await.is(200);
        let said = shop.app.get("/api/subscriptions").await;
        assert_eq!(said.is(200)["subscription"]["cancel_at_period_end"], true);
        shop.days(31).await;
        shop.app.is("free", "active").await;
        shop.app.balanced().await;
        assert_eq!(charged(&shop), 2 * 4_900);
    }

    async fn an_upgrade_is_paid_at_once_and_comes_as_the_preview_told(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let asked = shop.app.post("/api/subscriptions", starter()).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.days(10).await;
        let wish = json!({ "package_id": "professional", "preview": true });
        let preview = shop.app.patch("/api/subscriptions", wish).await;
        let total = preview.is(200)["total"]["amount"].as_i64().unwrap();
        shop.app.patch("/api/subscriptions", json!({ "package_id": "professional" })).await.is(200);
        shop.app.is("professional", "active").await;
        shop.events().await;
        assert_eq!(charged(&shop), 4_900 + total);
        let more: captely_contact::Credits =
            preview.is(200)["credits"].as_str().unwrap().parse().unwrap();
        let available = shop.app.ledger.available(shop.app.workspace).await.unwrap();
        assert_eq!(available.as_millis(), 1_100_000 + more.as_millis());
        shop.app.patch("/api/subscriptions", json!({ "package_id": "starter" })).await.is(200);
        shop.events().await;
        shop.app.is("professional", "active").await;
        shop.days(22).await;
        shop.app.is("starter", "active").await;
        assert_eq!(charged(&shop), 4_900 + total + 4_900);
        shop.app.balanced().await;
    }

    async fn credits_are_bought_once(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let wish = json!({ "package_id": "credits_500" });
        let asked = shop.app.post("/api/credit-packages/purchase", wish.clone()).await;
        shop.pay(asked.is(201), GOOD).await;
        assert_eq!(shop.app.credits().await, 600);
        assert_eq!(charged(&shop), 2_900);
        shop.events().await;
        assert_eq!(shop.app.credits().await, 600);
        shop.app.balanced().await;
    }

    async fn a_trial_turns_into_a_subscription(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let mut wish = starter();
        wish["start_trial"] = json!(true);
        let asked = shop.app.post("/api/subscriptions", wish.clone()).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.app.is("starter", "trialing").await;
        assert_eq!((shop.app.credits().await, charged(&shop)), (200, 0));
        shop.days(15).await;
        shop.app.is("starter", "active").await;
        assert_eq!(charged(&shop), 4_900);
        assert_eq!(shop.app.credits().await, 1_100);
        shop.app.balanced().await;
    }

    async fn what_takes_the_place_of_a_trial_is_charged_alone(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let mut wish = starter();
        wish["start_trial"] = json!(true);
        let asked = shop.app.post("/api/subscriptions", wish).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.app.is("starter", "trialing").await;
        let asked = shop.app.post("/api/subscriptions", starter()).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.app.is("starter", "active").await;
        shop.calls_left().await;
        assert_eq!(shop.living().await, 1);
        shop.days(20).await;
        shop.app.is("starter", "active").await;
        assert_eq!(charged(&shop), 4_900);
        shop.app.balanced().await;
    }

    async fn a_card_that_is_declined_later_leaves_a_payment_missing_and_a_better_one_mends_it(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let asked = shop.app.post("/api/subscriptions", starter()).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.use_card(FAILS_LATER).await;
        shop.days(32).await;
        shop.app.is("starter", "past_due").await;
        assert_eq!(shop.app.credits().await, 0);
        assert_eq!(shop.app.stands().await.2, "starter");
        shop.use_card(GOOD).await;
        shop.days(10).await;
        shop.app.is("starter", "active").await;
        assert_eq!(shop.app.credits().await, 1_000);
        assert_eq!(charged(&shop), 2 * 4_900);
        shop.app.balanced().await;
    }
}

/// What was really charged, in cents.
pub(super) fn charged(shop: &Shop) -> i64 {
    let books = shop.sandbox.stripe_books();
    books.customers.values().flat_map(|by| by.values()).map(|money| money.charged).sum()
}
