//! Subscriptions: beginnings, ends, and what is refused.

use captely_sandbox::Conduct;
use serde_json::{Value, json};

use super::{ASKS, count, id};
use crate::providers::{House, read};

impl House {
    /// A subscription to a price, with further parameters.
    pub(crate) async fn subscribes(
        &self,
        customer: &str,
        price: &str,
        with: &[(&str, &str)],
    ) -> Value {
        let mut form = vec![("customer", customer), ("items[0][price]", price)];
        form.extend_from_slice(with);
        self.posts("/subscriptions", &form).await
    }

    pub(crate) async fn sub(&self, sub: &Value) -> Value {
        self.gets(&format!("/subscriptions/{}", id(sub)), &[]).await
    }

    pub(crate) async fn invoices(&self, customer: &str) -> Vec<Value> {
        let list = self.gets("/invoices", &[("customer", customer), ("limit", "100")]).await;
        list["data"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn it_is_paid_for_at_once_and_has_the_shape_of_basil() {
    let house = House::at_once().await;
    let (customer, price) =
        (house.customer("pm_card_visa").await, house.price(4_900, "month").await);
    let with = [("expand[]", "latest_invoice"), ("metadata[workspace]", "wsp_1")];
    let sub = house.subscribes(&customer, &price, &with).await;
    assert_eq!(sub["status"], "active");
    assert!(sub.get("current_period_end").is_none(), "moved to the items at basil");
    let item = &sub["items"]["data"][0];
    let span = item["current_period_end"].as_i64().unwrap()
        - item["current_period_start"].as_i64().unwrap();
    assert_eq!(span, 31 * 86_400, "January");
    assert_eq!(item["price"]["id"], price);
    let invoice = &sub["latest_invoice"];
    assert!(invoice.get("subscription").is_none() && invoice.get("payment_intent").is_none());
    assert_eq!(invoice["parent"]["type"], "subscription_details");
    assert_eq!(invoice["parent"]["subscription_details"]["subscription"], sub["id"]);
    let line = &invoice["lines"]["data"][0];
    assert_eq!(line["pricing"]["price_details"]["price"], price);
    assert_eq!(line["parent"]["subscription_item_details"]["proration"], false);
    assert!(line.get("price").is_none());
    let payments = house.gets("/invoice_payments", &[("invoice", &id(invoice))]).await;
    assert_eq!(payments["data"][0]["status"], "paid");
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 4_900);
    let hidden = sub.to_string();
    assert!(!hidden.contains("\"_"), "nothing of the sandbox's own is shown: {hidden}");
    let old = [("expand[]", "latest_invoice.payment_intent")];
    let path = format!("/subscriptions/{}", id(&sub));
    assert_eq!(read(house.asks(reqwest::Method::GET, &path, &old)).await.status, 400);
}

#[tokio::test]
async fn it_waits_for_a_payment_and_expires_without() {
    let house = House::at_once().await;
    let (customer, price) = (house.customer("").await, house.price(4_900, "month").await);
    let with = [
        ("payment_behavior", "default_incomplete"),
        ("payment_settings[save_default_payment_method]", "on_subscription"),
        ("expand[]", "latest_invoice.confirmation_secret"),
        ("expand[]", "latest_invoice.payments"),
    ];
    let sub = house.subscribes(&customer, &price, &with).await;
    assert_eq!(sub["status"], "incomplete");
    let secret = sub["latest_invoice"]["confirmation_secret"]["client_secret"].as_str().unwrap();
    let payment = &sub["latest_invoice"]["payments"]["data"][0]["payment"];
    let intent = payment["payment_intent"].as_str().unwrap();
    assert!(secret.starts_with(intent), "{secret}");
    let path = format!("/payment_intents/{intent}/confirm");
    house.posts(&path, &[("payment_method", "pm_card_visa")]).await;
    let now = house.sub(&sub).await;
    assert_eq!(now["status"], "active");
    assert!(now["default_payment_method"].is_string());
    let other = house.subscribes(&house.customer("").await, &price, &with).await;
    house.wait_days(1).await;
    assert_eq!(house.sub(&other).await["status"], "incomplete_expired");
    let invoice = other["latest_invoice"]["id"].as_str().unwrap();
    assert_eq!(house.gets(&format!("/invoices/{invoice}"), &[]).await["status"], "void");
}

#[tokio::test]
async fn a_card_that_fails_leaves_it_incomplete_or_makes_nothing() {
    let house = House::at_once().await;
    let price = house.price(4_900, "month").await;
    let customer = house.customer("pm_card_chargeCustomerFail").await;
    let sub = house.subscribes(&customer, &price, &[]).await;
    assert_eq!(sub["status"], "incomplete");
    let form = [
        ("customer", customer.as_str()),
        ("items[0][price]", &price),
        ("payment_behavior", "error_if_incomplete"),
    ];
    assert_eq!(house.tries("/subscriptions", &form).await.status, 402);
    let all = house.gets("/subscriptions", &[("customer", &customer), ("status", "all")]).await;
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
    // Another card pays what is open.
    let invoice = sub["latest_invoice"].as_str().unwrap();
    let paid = house
        .posts(&format!("/invoices/{invoice}/pay"), &[("payment_method", "pm_card_visa")])
        .await;
    assert_eq!(paid["status"], "paid");
    assert_eq!(house.sub(&sub).await["status"], "active");
}

#[tokio::test]
async fn three_d_secure_of_the_first_invoice() {
    let house = House::at_once().await;
    let (customer, price) = (house.customer("").await, house.price(4_900, "month").await);
    let attach = format!("/payment_methods/{}/attach", "pm_card_authenticationRequiredOnSetup");
    let method = id(&house.posts(&attach, &[("customer", &customer)]).await);
    let sub = house.subscribes(&customer, &price, &[("default_payment_method", &method)]).await;
    assert_eq!(sub["status"], "incomplete");
    let invoice = sub["latest_invoice"].as_str().unwrap();
    let payments = house.gets("/invoice_payments", &[("invoice", invoice)]).await;
    let intent = payments["data"][0]["payment"]["payment_intent"].as_str().unwrap().to_owned();
    house.does("/confirm", &[("intent", &intent), ("action", "authorise")]).await;
    assert_eq!(house.sub(&sub).await["status"], "active");
    assert_eq!(count(&house.happened().await, "invoice.payment_action_required"), 1);
    house.wait_days(32).await;
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 9_800, "{ASKS} asks once");
}

#[tokio::test]
async fn it_ends_at_the_end_of_the_period_or_now() {
    let house = House::at_once().await;
    let (customer, price) =
        (house.customer("pm_card_visa").await, house.price(3_100, "month").await);
    let sub = house.subscribes(&customer, &price, &[]).await;
    let path = format!("/subscriptions/{}", id(&sub));
    let ending = house.posts(&path, &[("cancel_at_period_end", "true")]).await;
    let end = &sub["items"]["data"][0]["current_period_end"];
    assert_eq!(
        (&ending["status"], &ending["cancel_at_period_end"]),
        (&json!("active"), &json!(true))
    );
    assert_eq!(&ending["cancel_at"], end);
    let back = house.posts(&path, &[("cancel_at_period_end", "false")]).await;
    assert_eq!(back["cancel_at"], Value::Null);
    house.posts(&path, &[("cancel_at_period_end", "true")]).await;
    house.wait_days(32).await;
    assert_eq!(house.sub(&sub).await["status"], "canceled");
    assert_eq!(house.invoices(&customer).await.len(), 1, "no renewal");
    let other = house.subscribes(&customer, &price, &[]).await;
    house.wait_days(14).await;
    let form = [("prorate", "true"), ("invoice_now", "true")];
    let path = format!("/subscriptions/{}", id(&other));
    let gone = read(house.asks(reqwest::Method::DELETE, &path, &form)).await.json;
    assert_eq!(gone["status"], "canceled");
    let balance =
        house.gets(&format!("/customers/{customer}"), &[]).await["balance"].as_i64().unwrap();
    assert!((-3_100..-1_000).contains(&balance), "the rest is the customer's: {balance}");
    assert_eq!(house.tries(&path, &[]).await.status, 400, "over is over");
    assert_eq!(count(&house.happened().await, "customer.subscription.deleted"), 2);
}

#[tokio::test]
async fn flexible_billing_tells_the_end_by_cancel_at_alone() {
    let mut conduct = Conduct::at_once();
    conduct.stripe.flexible_billing = true;
    let house = House::new(conduct).await;
    let (customer, price) = (house.customer("pm_card_visa").await, house.price(100, "month").await);
    let sub = house.subscribes(&customer, &price, &[]).await;
    let path = format!("/subscriptions/{}", id(&sub));
    let ending = house.posts(&path, &[("cancel_at_period_end", "true")]).await;
    assert_eq!(ending["cancel_at_period_end"], false);
    assert!(ending["cancel_at"].is_i64());
}

#[tokio::test]
async fn a_deleted_customer_has_no_subscription_left() {
    let house = House::at_once().await;
    let (customer, price) = (house.customer("pm_card_visa").await, house.price(100, "month").await);
    let sub = house.subscribes(&customer, &price, &[]).await;
    let path = format!("/customers/{customer}");
    let gone = read(house.asks(reqwest::Method::DELETE, &path, &[])).await.json;
    assert_eq!(gone, json!({ "id": customer, "object": "customer", "deleted": true }));
    assert_eq!(house.sub(&sub).await["status"], "canceled");
    assert_eq!(house.gets(&path, &[]).await["deleted"], true);
    assert_eq!(house.tries(&path, &[("name", "A")]).await.status, 404);
}

#[tokio::test]
async fn a_change_that_is_refused_changes_nothing() {
    let house = House::at_once().await;
    let (customer, price) =
        (house.customer("pm_card_visa").await, house.price(4_900, "month").await);
    let sub = house.subscribes(&customer, &price, &[]).await;
    let dear = house.price(14_900, "month").await;
    let si = id(&sub["items"]["data"][0]);
    let form = [
        ("items[0][id]", si.as_str()),
        ("items[0][price]", &dear),
        ("proration_behavior", "always_invoice"),
        ("metadata[a]", "1"),
        ("proration_date", "1"),
    ];
    let path = format!("/subscriptions/{}", id(&sub));
    assert_eq!(house.tries(&path, &form).await.status, 400);
    let long = "v".repeat(501);
    let form = [form[0], form[1], form[2], ("metadata[a]", long.as_str())];
    assert_eq!(house.tries(&path, &form).await.status, 400);
    assert_eq!(house.sub(&sub).await, sub);
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 4_900);
}
