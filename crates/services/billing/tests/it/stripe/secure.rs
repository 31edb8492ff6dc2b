//! 3-D Secure: a payment that its owner has to agree to. Nothing is given before they did, all of it once after, and
//! where they do not the payment is missing like any other.

use captely_payments::{Invoice, SubscriptionFilter};
use captely_sandbox::Conduct;
use captely_testkit::both_dbs;
use serde_json::{Value, json};

use super::cards::GOOD;
use super::shop::Shop;
use super::subscriptions::charged;
use crate::app::migrations;

/// Asks until it was agreed to; charges without its owner pass from then on.
const ASKS_ONCE: &str = "4000002500003155";
/// Asks each time, so that charges without its owner fail.
const ASKS_ALWAYS: &str = "4000002760003184";

fn starter() -> Value {
    json!({ "package_id": "starter", "billing_cycle": "monthly" })
}

/// Presses a button of the bank's page.
async fn press(shop: &mut Shop, page: &Value, action: &str) {
    let next = page.as_str().unwrap();
    let intent = next.rsplit('/').next().unwrap().split(['?', '#']).next().unwrap();
    shop.act(&format!("confirm?intent={intent}&action={action}")).await;
    shop.events().await;
}

/// The owner answers the bank about the invoice that waits for its payment.
async fn press_for_invoice(shop: &mut Shop, action: &str) {
    let filter = SubscriptionFilter::default();
    let subscriptions = shop.stripe().list_subscriptions(&filter, 1).await.unwrap().objects;
    let invoice = subscriptions[0].latest_invoice.clone().unwrap();
    let invoice: Invoice = shop.stripe().get_invoice(&invoice).await.unwrap();
    press(shop, &json!(invoice.payment_intent.unwrap()), action).await;
}

/// Fails unless this plan is in force with this status, so many credits are there, and so much was charged.
async fn stands(shop: &Shop, plan: &str, status: &str, (credits, cents): (i64, i64)) {
    shop.app.is(plan, status).await;
    assert_eq!((shop.app.credits().await, charged(shop)), (credits, cents));
}

both_dbs! {
    migrations = &migrations();

    async fn a_first_payment_is_asked_for_and_counts_when_it_was_agreed_to(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let asked = shop.app.post("/api/subscriptions", starter()).await;
        let said = shop.pay(asked.is(201), ASKS_ONCE).await;
        assert_eq!(said["status"], "requires_action");
        stands(&shop, "free", "active", (100, 0)).await;
        press(&mut shop, &said["next"], "fail").await;
        stands(&shop, "free", "active", (100, 0)).await;
        assert!(shop.app.get("/api/billing/history").await.column("kind").is_empty());
        // The page is still open to another try.
        let said = shop.pay(asked.is(201), ASKS_ONCE).await;
        press(&mut shop, &said["next"], "authorise").await;
        stands(&shop, "starter", "active", (1_100, 4_900)).await;
        // What was agreed to once holds for renewals.
        shop.days(32).await;
        stands(&shop, "starter", "active", (1_000, 9_800)).await;
        assert_eq!(shop.app.get("/api/billing/history").await.column("kind"), ["payment", "payment"]);
        shop.app.balanced().await;
    }

    async fn a_renewal_that_is_asked_for_is_missing_until_it_was_agreed_to(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let asked = shop.app.post("/api/subscriptions", starter()).await;
        let said = shop.pay(asked.is(201), ASKS_ALWAYS).await;
        press(&mut shop, &said["next"], "authorise").await;
        stands(&shop, "starter", "active", (1_100, 4_900)).await;
        shop.days(32).await;
        stands(&shop, "starter", "past_due", (0, 4_900)).await;
        let kinds = shop.app.get("/api/billing/history").await.column("kind");
        assert_eq!(kinds, ["failure", "payment"]);
        press_for_invoice(&mut shop, "authorise").await;
        stands(&shop, "starter", "active", (1_000, 9_800)).await;
        // Told again, and looked at again, it brings no more.
        shop.days(2).await;
        shop.reconcile().await;
        stands(&shop, "starter", "active", (1_000, 9_800)).await;
        shop.app.balanced().await;
    }

    async fn a_renewal_that_is_never_agreed_to_ends_the_plan(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let asked = shop.app.post("/api/subscriptions", starter()).await;
        let said = shop.pay(asked.is(201), ASKS_ALWAYS).await;
        press(&mut shop, &said["next"], "authorise").await;
        shop.days(32).await;
        press_for_invoice(&mut shop, "fail").await;
        stands(&shop, "starter", "past_due", (0, 4_900)).await;
        shop.days(25).await;
        stands(&shop, "free", "active", (100, 4_900)).await;
        let kinds = shop.app.get("/api/billing/history").await.column("kind");
        assert_eq!(kinds.iter().filter(|kind| *kind == "payment").count(), 1);
        shop.app.balanced().await;
    }

    async fn a_package_is_given_when_it_was_agreed_to(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let wish = json!({ "package_id": "credits_500" });
        let asked = shop.app.post("/api/credit-packages/purchase", wish).await;
        let said = shop.pay(asked.is(201), ASKS_ALWAYS).await;
        assert_eq!(said["status"], "requires_action");
        assert_eq!((shop.app.credits().await, charged(&shop)), (100, 0));
        press(&mut shop, &said["next"], "fail").await;
        assert_eq!((shop.app.credits().await, charged(&shop)), (100, 0));
        let said = shop.pay(asked.is(201), ASKS_ALWAYS).await;
        press(&mut shop, &said["next"], "authorise").await;
        assert_eq!((shop.app.credits().await, charged(&shop)), (600, 2_900));
        shop.app.balanced().await;
    }

    async fn a_stored_card_that_asks_leads_to_its_page(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let asked = shop.app.post("/api/subscriptions", starter()).await;
        let said = shop.pay(asked.is(201), ASKS_ALWAYS).await;
        press(&mut shop, &said["next"], "authorise").await;
        let method = shop.app.get("/api/billing/payment-methods").await.column("id")[0].clone();
        let wish = json!({ "package_id": "credits_500", "payment_method_id": method });
        let path = "/api/credit-packages/purchase";
        let asked = shop.app.call("POST", path, wish.clone(), Some("stored")).await;
        assert_eq!(asked.is(201)["status"], "pending");
        let page = asked.is(201)["checkout_url"].clone();
        shop.events().await;
        stands(&shop, "starter", "active", (1_100, 4_900)).await;
        press(&mut shop, &page, "fail").await;
        stands(&shop, "starter", "active", (1_100, 4_900)).await;
        // Another purchase, which is agreed to.
        let asked = shop.app.call("POST", path, wish.clone(), Some("again")).await;
        let page = asked.is(201)["checkout_url"].clone();
        press(&mut shop, &page, "authorise").await;
        stands(&shop, "starter", "active", (1_600, 7_800)).await;
        // The same request again buys nothing more.
        shop.app.call("POST", path, wish, Some("again")).await.is(201);
        shop.events().await;
        stands(&shop, "starter", "active", (1_600, 7_800)).await;
        shop.app.balanced().await;
    }

    async fn a_trial_asks_before_it_begins_and_its_end_is_paid(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let mut wish = starter();
        wish["start_trial"] = json!(true);
        let asked = shop.app.post("/api/subscriptions", wish).await;
        let said = shop.pay(asked.is(201), ASKS_ONCE).await;
        stands(&shop, "free", "active", (100, 0)).await;
        press(&mut shop, &said["next"], "authorise").await;
        stands(&shop, "starter", "trialing", (200, 0)).await;
        shop.days(15).await;
        stands(&shop, "starter", "active", (1_100, 4_900)).await;
        shop.use_card(GOOD).await;
        shop.app.balanced().await;
    }
}
