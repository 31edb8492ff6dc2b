use captely_payments::{
    Currency, IdempotencyKey, Interval, NewCatalogPrice, PlanChange, ProrationBehavior, Recurring,
    Subscription, SubscriptionFilter,
};
use captely_sandbox::Conduct;
use captely_testkit::both_dbs;
use serde_json::{Value, json};

use super::cards::GOOD;
use super::shop::Shop;
use super::subscriptions::charged;
use crate::app::migrations;

fn monthly(plan: &str) -> Value {
    json!({ "package_id": plan, "billing_cycle": "monthly" })
}

/// A workspace that has this plan by the month.
async fn subscribed(db: captely_testkit::TestDb, plan: &str) -> Shop {
    let mut shop = Shop::open(db, Conduct::at_once()).await;
    let asked = shop.app.post("/api/subscriptions", monthly(plan)).await;
    shop.pay(asked.is(201), GOOD).await;
    shop.app.is(plan, "active").await;
    shop
}

async fn change_to(shop: &Shop, plan: &str) {
    shop.app.patch("/api/subscriptions", json!({ "package_id": plan })).await.is(200);
}

/// The price of a plan at Stripe.
pub(super) async fn price_of(shop: &Shop, plan: &str) -> String {
    let name = format!("captely:{plan}:monthly:usd");
    let found = shop.stripe().prices_by_lookup_keys(&[name.as_str()]).await.unwrap();
    found[0].id.clone()
}

impl Shop {
    /// The one subscription at Stripe.
    pub(super) async fn subscription(&self) -> Subscription {
        let filter = SubscriptionFilter::default();
        self.stripe().list_subscriptions(&filter, 1).await.unwrap().objects.remove(0)
    }

    /// Gives the one subscription another price in Stripe's portal.
    pub(super) async fn change_in_the_portal(&self, price: String, proration: ProrationBehavior) {
        let one = self.subscription().await;
        let change = PlanChange {
            item: one.item().unwrap().id.clone(),
            price,
            quantity: 1,
            proration,
            proration_date: None,
            anchor_now: false,
            end_trial: false,
            payment_behavior: None,
            metadata: [].into(),
        };
        let key = IdempotencyKey::new("in_the_portal").unwrap();
        self.stripe().change_plan(&one.id, &key, &change).await.unwrap();
    }
}

both_dbs! {
    migrations = &migrations();

    async fn nothing_larger_is_sold_while_something_smaller_is_scheduled(db) {
        let mut shop = subscribed(db, "professional").await;
        shop.days(10).await;
        change_to(&shop, "starter").await;
        let larger = json!({ "package_id": "enterprise" });
        shop.app.change_is_refused(larger).await;
        assert_eq!(charged(&shop), 14_900);
        change_to(&shop, "professional").await;
        let wish = json!({ "package_id": "enterprise", "preview": true });
        let preview = shop.app.patch("/api/subscriptions", wish).await;
        let total = preview.is(200)["total"]["amount"].as_i64().unwrap();
        change_to(&shop, "enterprise").await;
        shop.app.is("enterprise", "active").await;
        assert_eq!(charged(&shop), 14_900 + total);
    }

    async fn a_year_does_not_turn_into_months_and_is_not_shown_to(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let year = json!({ "package_id": "starter", "billing_cycle": "yearly" });
        let asked = shop.app.post("/api/subscriptions", year).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.app.change_is_refused(json!({ "billing_cycle": "monthly" })).await;
    }

    async fn a_smaller_plan_that_is_taken_back_at_stripe_does_not_come(db) {
        let mut shop = subscribed(db, "starter").await;
        change_to(&shop, "professional").await;
        let price = price_of(&shop, "professional").await;
        change_to(&shop, "starter").await;
        shop.events().await;
        shop.change_in_the_portal(price, ProrationBehavior::None).await;
        shop.days(32).await;
        shop.app.is("professional", "active").await;
    }

    async fn a_plan_that_is_paid_is_given_though_its_price_lost_its_name(db) {
        let mut shop = subscribed(db, "professional").await;
        shop.app.post("/api/subscriptions/cancel", json!({ "now": true })).await.is(200);
        shop.events().await;
        shop.app.is("free", "active").await;
        let other = NewCatalogPrice {
            product: "captely_plan_professional".to_owned(),
            unit_amount: 16_900,
            currency: Currency::USD,
            recurring: Some(Recurring { interval: Interval::Month, interval_count: 1 }),
            lookup_key: Some("captely:professional:monthly:usd".to_owned()),
            transfer_lookup_key: true,
            nickname: None,
            metadata: [].into(),
        };
        let key = IdempotencyKey::new("a_typo").unwrap();
        shop.stripe().create_price(&key, &other).await.unwrap();
        let asked = shop.app.post("/api/subscriptions", monthly("starter")).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.app.is("starter", "active").await;
        change_to(&shop, "professional").await;
        shop.app.is("professional", "active").await;
        assert_eq!(charged(&shop), 14_900 + 14_900);
    }
}
