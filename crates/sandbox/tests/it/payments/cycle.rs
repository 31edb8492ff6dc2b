//! What happens by itself: renewals, trials, retries.

use captely_sandbox::{AfterRetries, Conduct};
use serde_json::{Value, json};

use super::{DAY, count, id};
use crate::providers::House;

#[tokio::test]
async fn it_renews_on_the_anchors_day_with_an_hour_of_draft() {
    let house = House::at_once().await;
    let (customer, price) =
        (house.customer("pm_card_visa").await, house.price(4_900, "month").await);
    let sub = house.subscribes(&customer, &price, &[]).await;
    let end = sub["items"]["data"][0]["current_period_end"].as_i64().unwrap();
    house.wait_days(31).await;
    let now = house.sub(&sub).await;
    let item = &now["items"]["data"][0];
    assert_eq!(item["current_period_start"], end);
    let february = item["current_period_end"].as_i64().unwrap() - end;
    assert_eq!(february, 28 * 86_400);
    let invoice = &house.invoices(&customer).await[0];
    assert_eq!(
        (&invoice["status"], &invoice["billing_reason"]),
        (&json!("draft"), &json!("subscription_cycle"))
    );
    house.does("/advance", &[("seconds", "3600")]).await;
    assert_eq!(house.invoices(&customer).await[0]["status"], "paid");
    house.wait_days(365).await;
    // Twelve more months: every renewal happened, each once.
    assert_eq!(house.invoices(&customer).await.len(), 14);
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 14 * 4_900);
    let of_type = [("type", "invoice.upcoming"), ("limit", "100")];
    let upcoming = house.gets("/events", &of_type).await;
    assert_eq!(upcoming["data"].as_array().unwrap().len(), 13);
}

#[tokio::test]
async fn a_trial_is_announced_and_then_paid_for() {
    let house = House::at_once().await;
    let (customer, price) =
        (house.customer("pm_card_visa").await, house.price(4_900, "month").await);
    let with = [("trial_period_days", "14"), ("expand[]", "latest_invoice")];
    let sub = house.subscribes(&customer, &price, &with).await;
    assert_eq!(
        (&sub["status"], &sub["latest_invoice"]["status"]),
        (&json!("trialing"), &json!("paid"))
    );
    assert_eq!(sub["latest_invoice"]["amount_paid"], 0);
    house.wait_days(10).await;
    assert_eq!(count(&house.happened().await, "customer.subscription.trial_will_end"), 0);
    house.wait_days(1).await;
    assert_eq!(count(&house.happened().await, "customer.subscription.trial_will_end"), 1);
    house.does("/advance", &[("seconds", &(3 * DAY + 3_600).to_string())]).await;
    assert_eq!(house.sub(&sub).await["status"], "active");
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 4_900);
}

#[tokio::test]
async fn a_trial_without_a_card_pauses_and_is_resumed() {
    let house = House::at_once().await;
    let (customer, price) = (house.customer("").await, house.price(4_900, "month").await);
    let with = [
        ("trial_period_days", "2"),
        ("trial_settings[end_behavior][missing_payment_method]", "pause"),
    ];
    let sub = house.subscribes(&customer, &price, &with).await;
    assert_eq!(
        count(&house.happened().await, "customer.subscription.trial_will_end"),
        1,
        "short trial"
    );
    house.wait_days(3).await;
    assert_eq!(house.sub(&sub).await["status"], "paused");
    let card = [("customer", customer.as_str()), ("card", "4242424242424242")];
    house.does("/card", &card).await;
    let resumed = house.posts(&format!("/subscriptions/{}/resume", id(&sub)), &[]).await;
    assert_eq!(resumed["status"], "active");
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 4_900);
}

#[tokio::test]
async fn a_trial_can_be_ended_now() {
    let house = House::at_once().await;
    let (customer, price) =
        (house.customer("pm_card_visa").await, house.price(4_900, "month").await);
    let sub = house.subscribes(&customer, &price, &[("trial_period_days", "14")]).await;
    let path = format!("/subscriptions/{}", id(&sub));
    assert_eq!(house.posts(&path, &[("trial_end", "now")]).await["status"], "active");
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 4_900);
}

/// A subscription whose renewal fails; the customer and the subscription.
async fn failing(house: &House) -> (String, Value) {
    let (customer, price) =
        (house.customer("pm_card_visa").await, house.price(4_900, "month").await);
    let sub = house.subscribes(&customer, &price, &[]).await;
    let card = [("customer", customer.as_str()), ("card", "4000000000000341")];
    house.does("/card", &card).await;
    house.does("/advance", &[("seconds", &(31 * DAY + 3_600).to_string())]).await;
    (customer, sub)
}

#[tokio::test]
async fn a_renewal_that_fails_is_tried_again_and_then_given_up() {
    let house = House::at_once().await;
    let (customer, sub) = failing(&house).await;
    assert_eq!(house.sub(&sub).await["status"], "past_due");
    let invoice = house.invoices(&customer).await[0].clone();
    assert_eq!((&invoice["status"], &invoice["attempt_count"]), (&json!("open"), &json!(1)));
    let next = invoice["next_payment_attempt"].as_i64().unwrap();
    let at = invoice["status_transitions"]["finalized_at"].as_i64().unwrap();
    assert_eq!(next - at, 3 * 86_400);
    house.wait_days(3).await;
    assert_eq!(house.invoices(&customer).await[0]["attempt_count"], 2);
    house.wait_days(13).await;
    let invoice = house.invoices(&customer).await[0].clone();
    assert_eq!(
        (&invoice["attempt_count"], &invoice["next_payment_attempt"]),
        (&json!(4), &Value::Null)
    );
    assert_eq!(house.sub(&sub).await["status"], "canceled");
    let kinds = house.happened().await;
    assert_eq!(count(&kinds, "invoice.payment_failed"), 4);
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 4_900);
}

#[tokio::test]
async fn another_card_saves_it() {
    let house = House::at_once().await;
    let (customer, sub) = failing(&house).await;
    let card = [("customer", customer.as_str()), ("card", "5555555555554444")];
    house.does("/card", &card).await;
    house.wait_days(3).await;
    assert_eq!(house.sub(&sub).await["status"], "active");
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 9_800);
}

#[tokio::test]
async fn it_may_stay_unpaid() {
    let mut conduct = Conduct::at_once();
    conduct.stripe.after_retries = AfterRetries::Unpaid;
    conduct.stripe.retry_days = vec![1];
    let house = House::new(conduct).await;
    let (customer, sub) = failing(&house).await;
    house.wait_days(1).await;
    assert_eq!(house.sub(&sub).await["status"], "unpaid");
    house.wait_days(60).await;
    let invoices = house.invoices(&customer).await;
    assert_eq!(invoices[0]["status"], "draft", "nothing is charged for an unpaid one");
    let open = id(invoices.iter().find(|invoice| invoice["status"] == "open").unwrap());
    house.posts(&format!("/invoices/{open}/pay"), &[("payment_method", "pm_card_visa")]).await;
    assert_eq!(house.sub(&sub).await["status"], "active");
}
