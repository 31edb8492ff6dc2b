//! Two workers fetch the same of Stripe's, and write in whatever order.

use std::time::Duration;

use captely_billing::jobs::STRIPE_EVENT;
use captely_payments::SubscriptionFilter;
use captely_platform::clock::Clock as _;
use captely_sandbox::Conduct;
use captely_testkit::both_dbs;
use serde_json::{Value, json};

use super::cards::GOOD;
use super::shop::Shop;
use crate::app::migrations;

/// A subscription that somebody changes at Stripe, between the fetches of two workers.
async fn two_pictures(db: captely_testkit::TestDb) -> Shop {
    let mut shop = Shop::open(db, Conduct::at_once()).await;
    let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
    let asked = shop.app.post("/api/subscriptions", plan).await;
    shop.pay(asked.is(201), GOOD).await;
    shop.set_end(true).await;
    shop.take_events().await;
    shop
}

async fn ends(shop: &Shop) -> Value {
    let said = shop.app.get("/api/subscriptions").await;
    said.is(200)["subscription"]["cancel_at_period_end"].clone()
}

both_dbs! {
    migrations = &migrations();

    async fn what_was_fetched_first_is_not_applied_last(db) {
        let mut shop = two_pictures(db).await;
        // The first worker has the picture in which the subscription ends, and is slow.
        shop.gate.hold("/subscriptions/");
        let (first, done) = shop.worker(STRIPE_EVENT).await;
        assert!(first > 0);
        let slow = shop.gate.held().await;
        shop.set_end(false).await;
        shop.later();
        shop.events().await;
        assert_eq!(ends(&shop).await, false);
        slow.send(()).unwrap();
        done.await.unwrap();
        assert_eq!(ends(&shop).await, false);
        shop.events().await;
        assert_eq!(ends(&shop).await, false);
    }

    async fn a_clock_that_is_ahead_brings_nothing_older(db) {
        let mut shop = two_pictures(db).await;
        let now = shop.app.clock.now();
        // The slow worker is one of another process, whose clock is ahead.
        shop.app.clock.advance(Duration::from_mins(30));
        shop.gate.hold("/subscriptions/");
        let (count, done) = shop.worker(STRIPE_EVENT).await;
        assert_eq!(count, 1, "a later event would mend what the first one did");
        let slow = shop.gate.held().await;
        shop.app.clock.set(now);
        shop.set_end(false).await;
        shop.later();
        shop.events().await;
        assert_eq!(ends(&shop).await, false);
        slow.send(()).unwrap();
        done.await.unwrap();
        assert_eq!(ends(&shop).await, false);
    }

    async fn what_was_fetched_last_is_applied_last_too(db) {
        let mut shop = two_pictures(db).await;
        shop.gate.hold("/subscriptions/");
        let (_, first) = shop.worker(STRIPE_EVENT).await;
        let early = shop.gate.held().await;
        shop.set_end(false).await;
        shop.later();
        shop.take_events().await;
        shop.gate.hold("/subscriptions/");
        let (_, second) = shop.worker(STRIPE_EVENT).await;
        let late = shop.gate.held().await;
        early.send(()).unwrap();
        first.await.unwrap();
        assert_eq!(ends(&shop).await, true);
        late.send(()).unwrap();
        second.await.unwrap();
        assert_eq!(ends(&shop).await, false);
    }

    async fn a_method_that_was_taken_away_does_not_come_back_with_an_older_list(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        shop.pay(asked.is(201), GOOD).await;
        let all = shop.stripe().list_subscriptions(&SubscriptionFilter::default(), 1).await.unwrap();
        let customer = all.objects[0].customer.clone();
        shop.act(&format!("card?customer={customer}&card=5555555555554444")).await;
        shop.take_events().await;
        shop.gate.hold("/payment_methods");
        let (_, first) = shop.worker(STRIPE_EVENT).await;
        let slow = shop.gate.held().await;
        shop.later();
        let path = "/api/billing/payment-methods";
        let method = shop.app.get(path).await.column("id")[0].clone();
        shop.app.call("DELETE", &format!("{path}/{method}"), Value::Null, None).await.is(204);
        slow.send(()).unwrap();
        first.await.unwrap();
        assert!(!shop.app.get(path).await.column("last4").contains(&"4242".to_owned()));
        shop.events().await;
        assert_eq!(shop.app.get(path).await.column("last4"), ["4444"]);
    }
}
