//! Payment intents, setup intents and payment methods with every test card, and PayPal.

use captely_sandbox::{Conduct, Span};
use serde_json::{Value, json};

use super::{ASKS, DECLINED, FAILS_LATER, GOOD, id};
use crate::providers::{Answer, House};

const PAYPAL: [(&str, &str); 2] =
    [("payment_method_data[type]", "paypal"), ("return_url", "https://shop.test/back")];

impl House {
    /// A payment of 49 dollars, confirmed at once with these parameters.
    async fn pays(&self, with: &[(&str, &str)]) -> Answer {
        let mut form = vec![("amount", "4900"), ("currency", "usd"), ("confirm", "true")];
        form.extend_from_slice(with);
        self.tries("/payment_intents", &form).await
    }

    async fn pays_by_card(&self, number: &str, with: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("payment_method_data[type]", "card"),
            ("payment_method_data[card][number]", number),
        ];
        form.extend_from_slice(with);
        self.pays(&form).await
    }
}

#[track_caller]
fn check_refusal(answer: &Answer, code: &str, decline: &Value) {
    let error = &answer.json["error"];
    assert_eq!((answer.status, &error["type"]), (402, &json!("card_error")), "{}", answer.text);
    assert_eq!((&error["code"], &error["decline_code"]), (&json!(code), decline));
    assert_eq!(error["payment_intent"]["status"], "requires_payment_method");
}

#[tokio::test]
async fn cards_behave_by_their_numbers() {
    let house = House::at_once().await;
    let paid = house.pays_by_card(GOOD, &[]).await;
    assert_eq!((paid.status, &paid.json["status"]), (200, &json!("succeeded")));
    assert_eq!(paid.json["amount_received"], 4_900);
    for (number, code, decline) in [
        (DECLINED, "card_declined", json!("generic_decline")),
        ("4000000000009995", "card_declined", json!("insufficient_funds")),
        ("4000000000009987", "card_declined", json!("lost_card")),
        ("4000000000000069", "expired_card", Value::Null),
        ("4000000000000127", "incorrect_cvc", Value::Null),
        (FAILS_LATER, "card_declined", json!("generic_decline")),
    ] {
        check_refusal(&house.pays_by_card(number, &[]).await, code, &decline);
    }
    assert_eq!(house.pays_by_card("4111", &[]).await.status, 402, "no card at all");
    let books = house.sandbox.stripe_books();
    let money = books.customers[""]["usd"];
    assert_eq!((money.charged, money.charges, money.refused), (4_900, 1, 6));
}

#[tokio::test]
async fn three_d_secure_asks_the_customer() {
    let house = House::at_once().await;
    let back = [("return_url", "https://shop.test/back")];
    let asked = house.pays_by_card(ASKS, &back).await.json;
    assert_eq!(asked["status"], "requires_action");
    let action = &asked["next_action"];
    assert_eq!(action["type"], "redirect_to_url");
    assert_eq!(action["redirect_to_url"]["return_url"], "https://shop.test/back");
    let page = action["redirect_to_url"]["url"].as_str().unwrap();
    let page = house.client.get(page).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Pay 49.00 USD?"), "{page}");
    let intent = id(&asked);
    let done = house.does("/confirm", &[("intent", &intent), ("action", "authorise")]).await;
    assert_eq!(done["next"], "https://shop.test/back");
    assert_eq!(done["intent"]["status"], "succeeded");
    let failed = id(&house.pays_by_card(ASKS, &back).await.json);
    house.does("/confirm", &[("intent", &failed), ("action", "fail")]).await;
    let failed = house.gets(&format!("/payment_intents/{failed}"), &[]).await;
    assert_eq!(failed["status"], "requires_payment_method");
    assert_eq!(house.sandbox.stripe_books().net("", "usd"), 4_900);
    let asked = house.pays_by_card(ASKS, &[("off_session", "true")]).await;
    check_refusal(&asked, "authentication_required", &json!("authentication_required"));
}

#[tokio::test]
async fn a_card_that_was_set_up_pays_without_its_owner() {
    let house = House::at_once().await;
    let customer = house.customer("").await;
    let given = [
        ("customer", customer.as_str()),
        ("confirm", "true"),
        ("payment_method_data[type]", "card"),
        ("payment_method_data[card][number]", ASKS),
        ("return_url", "https://shop.test/back"),
    ];
    let intent = house.posts("/setup_intents", &given).await;
    assert_eq!(intent["status"], "requires_action");
    house.does("/confirm", &[("intent", &id(&intent)), ("action", "authorise")]).await;
    let methods =
        house.gets(&format!("/customers/{customer}/payment_methods"), &[("type", "card")]).await;
    let method = id(&methods["data"][0]);
    let with =
        [("customer", customer.as_str()), ("payment_method", &method), ("off_session", "true")];
    assert_eq!(house.pays(&with).await.json["status"], "succeeded");
    let detached = house.posts(&format!("/payment_methods/{method}/detach"), &[]).await;
    assert_eq!(detached["customer"], Value::Null);
    let kinds = house.happened().await;
    for kind in ["setup_intent.succeeded", "payment_method.attached", "payment_method.detached"] {
        assert_eq!(super::count(&kinds, kind), 1, "{kind}");
    }
}

#[tokio::test]
async fn a_bad_card_cannot_be_attached_and_one_fails_later() {
    let house = House::at_once().await;
    let customer = house.customer("").await;
    let attach = |method: &'static str| format!("/payment_methods/{method}/attach");
    let to = [("customer", customer.as_str())];
    assert_eq!(house.tries(&attach("pm_card_visa_chargeDeclined"), &to).await.status, 402);
    let later = id(&house.posts(&attach("pm_card_chargeCustomerFail"), &to).await);
    let with = [("customer", customer.as_str()), ("payment_method", &later)];
    check_refusal(&house.pays(&with).await, "card_declined", &json!("generic_decline"));
}

#[tokio::test]
async fn paypal_sends_its_payer_away_and_back() {
    let house = House::at_once().await;
    let missing = house.pays(&PAYPAL[..1]).await;
    assert_eq!((missing.status, &missing.json["error"]["param"]), (400, &json!("return_url")));
    let asked = house.pays(&PAYPAL).await.json;
    assert_eq!(asked["status"], "requires_action");
    assert_eq!(asked["next_action"]["type"], "redirect_to_url");
    house.does("/confirm", &[("intent", &id(&asked)), ("action", "authorise")]).await;
    let paid = house
        .gets(&format!("/payment_intents/{}", id(&asked)), &[("expand[]", "payment_method")])
        .await;
    assert_eq!(paid["status"], "succeeded");
    assert_eq!(paid["payment_method"]["paypal"]["country"], "DE");
    let refused = id(&house.pays(&PAYPAL).await.json);
    house.does("/confirm", &[("intent", &refused), ("action", "fail")]).await;
    let refused = house.gets(&format!("/payment_intents/{refused}"), &[]).await;
    assert_eq!(refused["status"], "requires_payment_method");
}

#[tokio::test]
async fn paypal_may_take_its_time() {
    let mut conduct = Conduct::at_once();
    conduct.stripe.paypal_processing_ms = Span { from: 60_000, to: 60_000 };
    let house = House::new(conduct).await;
    let intent = id(&house.pays(&PAYPAL).await.json);
    let done = house.does("/confirm", &[("intent", &intent), ("action", "authorise")]).await;
    assert_eq!(done["intent"]["status"], "processing");
    assert_eq!(house.sandbox.stripe_books().net("", "usd"), 0);
    house.sandbox.advance_ms(61_000);
    let done = house.gets(&format!("/payment_intents/{intent}"), &[]).await;
    assert_eq!(done["status"], "succeeded");
    assert_eq!(house.sandbox.stripe_books().net("", "usd"), 4_900);
}

#[tokio::test]
async fn money_can_be_held_and_taken_later() {
    let house = House::at_once().await;
    let held =
        house.pays(&[("payment_method", "pm_card_visa"), ("capture_method", "manual")]).await.json;
    assert_eq!(
        (&held["status"], &held["amount_capturable"]),
        (&json!("requires_capture"), &json!(4_900))
    );
    assert_eq!(house.sandbox.stripe_books().net("", "usd"), 0);
    let path = format!("/payment_intents/{}/capture", id(&held));
    assert_eq!(house.posts(&path, &[("amount_to_capture", "4000")]).await["status"], "succeeded");
    assert_eq!(house.sandbox.stripe_books().net("", "usd"), 4_000);
    assert_eq!(house.tries(&path, &[]).await.status, 400, "once is enough");
    let open = house.posts("/payment_intents", &[("amount", "100"), ("currency", "usd")]).await;
    let canceled = house.posts(&format!("/payment_intents/{}/cancel", id(&open)), &[]).await;
    assert_eq!(canceled["status"], "canceled");
}
