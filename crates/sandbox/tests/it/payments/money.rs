//! Refunds, disputes, invoices of the seller's own, and the books.

use serde_json::{Value, json};

use super::{count, id};
use crate::providers::House;

impl House {
    async fn paid(&self, customer: &str) -> Value {
        let form = [
            ("amount", "4900"),
            ("currency", "usd"),
            ("customer", customer),
            ("payment_method", "pm_card_visa"),
            ("confirm", "true"),
        ];
        self.posts("/payment_intents", &form).await
    }
}

#[tokio::test]
async fn refunds_never_exceed_the_charge() {
    let house = House::at_once().await;
    let customer = house.customer("").await;
    let intent = id(&house.paid(&customer).await);
    let part = house.posts("/refunds", &[("payment_intent", &intent), ("amount", "900")]).await;
    assert_eq!((&part["status"], &part["amount"]), (&json!("succeeded"), &json!(900)));
    let much = house.tries("/refunds", &[("payment_intent", &intent), ("amount", "4001")]).await;
    assert_eq!(much.status, 400);
    assert_eq!(house.posts("/refunds", &[("payment_intent", &intent)]).await["amount"], 4_000);
    let none = house.tries("/refunds", &[("payment_intent", &intent)]).await;
    assert_eq!(none.json["error"]["code"], "charge_already_refunded");
    let charge = house.gets("/charges", &[]).await["data"][0].clone();
    assert_eq!((&charge["refunded"], &charge["amount_refunded"]), (&json!(true), &json!(4_900)));
    let books = house.sandbox.stripe_books();
    let money = books.customers[&customer]["usd"];
    assert_eq!((money.charged, money.refunded, books.net(&customer, "usd")), (4_900, 4_900, 0));
    assert_eq!(count(&house.happened().await, "charge.refunded"), 2);
}

#[tokio::test]
async fn a_dispute_takes_the_money_until_it_is_won() {
    let house = House::at_once().await;
    let customer = house.customer("").await;
    let intent = id(&house.paid(&customer).await);
    let dispute = house.does("/dispute", &[("payment_intent", &intent)]).await;
    assert_eq!((&dispute["status"], &dispute["amount"]), (&json!("needs_response"), &json!(4_900)));
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 0);
    let refund = house.tries("/refunds", &[("payment_intent", &intent)]).await;
    assert_eq!(refund.json["error"]["code"], "charge_disputed");
    house.does("/dispute", &[("payment_intent", &intent), ("close", "won")]).await;
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 4_900);
    house.does("/dispute", &[("payment_intent", &intent)]).await;
    house.does("/dispute", &[("payment_intent", &intent), ("close", "lost")]).await;
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 0);
    let path = format!("/disputes/{}", id(&dispute));
    assert_eq!(house.gets(&path, &[]).await["status"], "won");
    assert_eq!(count(&house.happened().await, "charge.dispute.closed"), 2);
}

#[tokio::test]
async fn an_invoice_of_the_sellers_own() {
    let house = House::at_once().await;
    let customer = house.customer("").await;
    let form = [
        ("customer", customer.as_str()),
        ("collection_method", "send_invoice"),
        ("days_until_due", "14"),
        ("auto_advance", "true"),
    ];
    let invoice = id(&house.posts("/invoices", &form).await);
    let item = [
        ("customer", customer.as_str()),
        ("invoice", &invoice),
        ("amount", "2500"),
        ("currency", "usd"),
        ("description", "Set-up"),
    ];
    house.posts("/invoiceitems", &item).await;
    let path = format!("/invoices/{invoice}");
    let sent = house.posts(&format!("{path}/send"), &[]).await;
    assert_eq!((&sent["status"], &sent["amount_due"]), (&json!("open"), &json!(2_500)));
    house.wait_days(15).await;
    assert_eq!(count(&house.happened().await, "invoice.overdue"), 1);
    let none = house.tries(&format!("{path}/pay"), &[]).await;
    assert_eq!(none.status, 400, "there is no payment method");
    let paid = house.does("/pay", &[("invoice", &invoice), ("card", "4242424242424242")]).await;
    assert_eq!((&paid["status"], &paid["object"]["status"]), (&json!("complete"), &json!("paid")));
    let again = house.tries(&format!("{path}/pay"), &[]).await;
    assert_eq!(again.json["error"]["code"], "invoice_already_paid");
    let charge = &house.sandbox.stripe_books().charges[0];
    assert_eq!((charge.invoice.as_str(), charge.paid), (invoice.as_str(), true));
    let other = id(&house.posts("/invoices", &form).await);
    house
        .posts(
            "/invoiceitems",
            &[("customer", &customer), ("invoice", &other), ("amount", "100"), ("currency", "usd")],
        )
        .await;
    house.posts(&format!("/invoices/{other}/finalize"), &[]).await;
    assert_eq!(house.posts(&format!("/invoices/{other}/void"), &[]).await["status"], "void");
}

#[tokio::test]
async fn a_reset_forgets_the_money_and_keeps_where_webhooks_go() {
    let house = House::at_once().await;
    house.does("/webhook", &[("url", "http://127.0.0.1:9/hook")]).await;
    house.paid("").await;
    house.sandbox.reset();
    assert_eq!(house.sandbox.stripe_books().charges, []);
    let endpoints = house.gets("/webhook_endpoints", &[]).await;
    assert_eq!(endpoints["data"][0]["url"], "http://127.0.0.1:9/hook");
    assert!(endpoints["data"][0].get("secret").is_none());
}

#[tokio::test]
async fn what_was_paid_elsewhere_is_not_paid_again() {
    let house = House::at_once().await;
    let (customer, price) = (house.customer("").await, house.price(4_900, "month").await);
    let with =
        [("payment_behavior", "default_incomplete"), ("expand[]", "latest_invoice.payments")];
    let sub = house.subscribes(&customer, &price, &with).await;
    let invoice = id(&sub["latest_invoice"]);
    let elsewhere = [("paid_out_of_band", "true")];
    let paid = house.posts(&format!("/invoices/{invoice}/pay"), &elsewhere).await;
    assert_eq!((&paid["status"], &paid["amount_paid"]), (&json!("paid"), &json!(0)));
    let payment = &sub["latest_invoice"]["payments"]["data"][0]["payment"];
    let intent = payment["payment_intent"].as_str().unwrap();
    let confirm = format!("/payment_intents/{intent}/confirm");
    let again = house.tries(&confirm, &[("payment_method", "pm_card_visa")]).await;
    assert_eq!(again.json["error"]["code"], "payment_intent_unexpected_state");
    assert_eq!(house.sandbox.stripe_books().charges, []);
}
