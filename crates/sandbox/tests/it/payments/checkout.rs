//! Checkout sessions in their three modes.

use captely_sandbox::{Conduct, Span};
use serde_json::{Value, json};

use super::{ASKS, DECLINED, FAILS_LATER, GOOD, count, id};
use crate::providers::House;

const BACK: (&str, &str) = ("success_url", "https://shop.test/done?s={CHECKOUT_SESSION_ID}");

impl House {
    async fn session(&self, mode: &str, with: &[(&str, &str)]) -> Value {
        let mut form = vec![("mode", mode), BACK];
        form.extend_from_slice(with);
        self.posts("/checkout/sessions", &form).await
    }

    async fn buys(&self, session: &Value, card: &str) -> Value {
        self.does("/pay", &[("session", &id(session)), ("card", card), ("email", "p@q.test")]).await
    }

    async fn now_of(&self, session: &Value, expand: &[(&str, &str)]) -> Value {
        self.gets(&format!("/checkout/sessions/{}", id(session)), expand).await
    }
}

const PACKAGE: [(&str, &str); 4] = [
    ("line_items[0][price_data][currency]", "usd"),
    ("line_items[0][price_data][unit_amount]", "1900"),
    ("line_items[0][price_data][product_data][name]", "1,000 credits"),
    ("line_items[0][quantity]", "2"),
];

#[tokio::test]
async fn a_payment() {
    let house = House::at_once().await;
    let mut with = PACKAGE.to_vec();
    with.extend([("client_reference_id", "wsp_1"), ("metadata[kind]", "package")]);
    with.push(("payment_intent_data[metadata][order]", "7"));
    let session = house.session("payment", &with).await;
    assert_eq!(
        (&session["status"], &session["payment_status"]),
        (&json!("open"), &json!("unpaid"))
    );
    assert_eq!((&session["amount_total"], &session["currency"]), (&json!(3_800), &json!("usd")));
    let lines = house.gets(&format!("/checkout/sessions/{}/line_items", id(&session)), &[]).await;
    assert_eq!(lines["data"][0]["description"], "1,000 credits");
    let refused = house.buys(&session, DECLINED).await;
    assert_eq!(
        (&refused["status"], &refused["object"]["status"]),
        (&json!("declined"), &json!("open"))
    );
    assert_eq!(refused["error"]["decline_code"], "generic_decline");
    let done = house.buys(&session, GOOD).await;
    assert_eq!(done["status"], "complete");
    assert_eq!(done["next"], format!("https://shop.test/done?s={}", id(&session)));
    let expand = [("expand[]", "payment_intent.latest_charge"), ("expand[]", "line_items")];
    let session = house.now_of(&session, &expand).await;
    assert_eq!(
        (&session["status"], &session["payment_status"]),
        (&json!("complete"), &json!("paid"))
    );
    assert_eq!(session["url"], Value::Null);
    assert_eq!(session["customer_details"]["email"], "p@q.test");
    assert_eq!(session["client_reference_id"], "wsp_1");
    assert_eq!(session["payment_intent"]["metadata"]["order"], "7");
    assert_eq!(session["payment_intent"]["latest_charge"]["paid"], true);
    assert_eq!(session["line_items"]["data"][0]["quantity"], 2);
    assert_eq!(house.sandbox.stripe_books().net("", "usd"), 3_800);
    let again = house.client.post(format!(
        "{}/_sandbox/stripe/pay?session={}&card={GOOD}",
        house.sandbox.addresses().http,
        id(&session)
    ));
    assert_eq!(crate::providers::read(again).await.json["status"], "declined", "paid once");
    assert_eq!(house.sandbox.stripe_books().net("", "usd"), 3_800);
}

#[tokio::test]
async fn a_subscription() {
    let house = House::at_once().await;
    let price = house.price(4_900, "month").await;
    let with = [
        ("line_items[0][price]", price.as_str()),
        ("subscription_data[metadata][workspace]", "wsp_1"),
    ];
    let session = house.session("subscription", &with).await;
    let refused = house.buys(&session, FAILS_LATER).await;
    assert_eq!(refused["status"], "declined");
    let asked = house.buys(&session, ASKS).await;
    assert_eq!(asked["status"], "requires_action");
    let page = asked["next"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let done = house.does("/confirm", &[("intent", &page), ("action", "authorise")]).await;
    assert!(done["next"].as_str().unwrap().starts_with("https://shop.test/done"));
    let expand = [("expand[]", "subscription.latest_invoice.payments")];
    let session = house.now_of(&session, &expand).await;
    assert_eq!(session["payment_status"], "paid");
    let sub = &session["subscription"];
    assert_eq!(
        (&sub["status"], &sub["metadata"]["workspace"]),
        (&json!("active"), &json!("wsp_1"))
    );
    assert!(sub["default_payment_method"].as_str().unwrap().starts_with("pm_"));
    let invoice = &sub["latest_invoice"];
    assert_eq!(
        (&invoice["status"], &invoice["billing_reason"]),
        (&json!("paid"), &json!("subscription_create"))
    );
    assert_eq!(invoice["payments"]["data"][0]["payment"]["type"], "payment_intent");
    let customer = session["customer"].as_str().unwrap();
    assert_eq!(house.sandbox.stripe_books().net(customer, "usd"), 4_900);
    let kinds = house.happened().await;
    for kind in ["checkout.session.completed", "customer.subscription.created", "invoice.paid"] {
        assert_eq!(count(&kinds, kind), 1, "{kind}: {kinds:?}");
    }
    // The card was set up: the renewal needs nobody.
    house.wait_days(32).await;
    assert_eq!(house.sandbox.stripe_books().net(customer, "usd"), 9_800);
}

#[tokio::test]
async fn a_trial_without_a_card() {
    let house = House::at_once().await;
    let price = house.price(4_900, "month").await;
    let with = [
        ("line_items[0][price]", price.as_str()),
        ("subscription_data[trial_period_days]", "14"),
        ("subscription_data[trial_settings][end_behavior][missing_payment_method]", "cancel"),
        ("payment_method_collection", "if_required"),
    ];
    let session = house.session("subscription", &with).await;
    assert_eq!(session["payment_status"], "no_payment_required");
    let done = house.does("/pay", &[("session", &id(&session)), ("method", "none")]).await;
    assert_eq!(done["status"], "complete");
    let session = house.now_of(&session, &[("expand[]", "subscription")]).await;
    assert_eq!(session["subscription"]["status"], "trialing");
    assert!(session["subscription"]["pending_setup_intent"].is_string());
    house.wait_days(15).await;
    let sub = house.now_of(&session, &[("expand[]", "subscription")]).await;
    assert_eq!(sub["subscription"]["status"], "canceled");
    assert_eq!(house.sandbox.stripe_books().charges, []);
}

#[tokio::test]
async fn a_card_set_up() {
    let house = House::at_once().await;
    let customer = house.customer("").await;
    let session = house.session("setup", &[("customer", &customer)]).await;
    assert_eq!(house.buys(&session, GOOD).await["status"], "complete");
    let session = house.now_of(&session, &[("expand[]", "setup_intent.payment_method")]).await;
    assert_eq!(session["setup_intent"]["payment_method"]["customer"], customer);
}

#[tokio::test]
async fn paypal_in_checkout() {
    let mut conduct = Conduct::at_once();
    conduct.stripe.paypal_processing_ms = Span { from: 60_000, to: 60_000 };
    conduct.stripe.paypal_recurring = false;
    let house = House::new(conduct).await;
    let session = house.session("payment", &PACKAGE).await;
    let asked = house.does("/pay", &[("session", &id(&session)), ("method", "paypal")]).await;
    assert_eq!(asked["status"], "requires_action");
    let intent = house.now_of(&session, &[]).await["payment_intent"].as_str().unwrap().to_owned();
    house.does("/confirm", &[("intent", &intent), ("action", "authorise")]).await;
    let waiting = house.now_of(&session, &[]).await;
    assert_eq!(
        (&waiting["status"], &waiting["payment_status"]),
        (&json!("complete"), &json!("unpaid"))
    );
    house.sandbox.advance_ms(61_000);
    assert_eq!(house.now_of(&session, &[]).await["payment_status"], "paid");
    let kinds = house.happened().await;
    assert_eq!(count(&kinds, "checkout.session.async_payment_succeeded"), 1);
    let price = house.price(4_900, "month").await;
    let form = [
        ("mode", "subscription"),
        BACK,
        ("line_items[0][price]", &price),
        ("payment_method_types[0]", "paypal"),
    ];
    let refused = house.tries("/checkout/sessions", &form).await;
    assert_eq!(
        (refused.status, &refused.json["error"]["param"]),
        (400, &json!("payment_method_types"))
    );
}

#[tokio::test]
async fn what_it_refuses() {
    let house = House::at_once().await;
    let price = house.price(4_900, "month").await;
    let line = ("line_items[0][price]", price.as_str());
    let long = "x".repeat(201);
    for (mode, with, param) in [
        ("payment", vec![line], "line_items[0][price]"),
        ("subscription", vec![], "line_items"),
        ("subscription", PACKAGE.to_vec(), "line_items"),
        ("subscription", vec![line, ("client_reference_id", &long)], "client_reference_id"),
        ("subscription", vec![line, ("expires_at", "1")], "expires_at"),
        ("subscription", vec![line, ("ui_mode", "hosted")], "ui_mode"),
        ("subscription", vec![line, ("customer", "cus_x")], "customer"),
        ("sale", vec![line], "mode"),
    ] {
        let mut form = vec![("mode", mode), BACK];
        form.extend(with);
        let answer = house.tries("/checkout/sessions", &form).await;
        assert_eq!(
            (answer.status, &answer.json["error"]["param"]),
            (400, &json!(param)),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn it_expires() {
    let house = House::at_once().await;
    let session = house.session("payment", &PACKAGE).await;
    house.wait_days(1).await;
    assert_eq!(house.now_of(&session, &[]).await["status"], "expired");
    let other = house.session("payment", &PACKAGE).await;
    let path = format!("/checkout/sessions/{}/expire", id(&other));
    assert_eq!(house.posts(&path, &[]).await["status"], "expired");
    assert_eq!(house.tries(&path, &[]).await.status, 400);
    assert_eq!(count(&house.happened().await, "checkout.session.expired"), 2);
}
