//! Invoices are read in the shapes before and since basil.

use captely_payments::{BillingReason, Invoice, InvoiceStatus};
use serde_json::{Value, json};

#[track_caller]
fn read(value: Value) -> Invoice {
    serde_json::from_value(value).unwrap()
}

#[test]
fn since_basil() {
    let invoice = read(json!({"id": "in_1", "object": "invoice", "status": "paid",
        "customer": "cus_1", "currency": "usd", "billing_reason": "subscription_cycle",
        "total": 4_900, "amount_due": 4_900, "amount_paid": 4_900, "amount_remaining": 0,
        "parent": {"type": "subscription_details",
            "subscription_details": {"subscription": "sub_1", "metadata": {}}},
        "payments": {"object": "list", "data": [
            {"status": "canceled", "payment": {"type": "payment_intent", "payment_intent": "pi_0"}},
            {"status": "paid", "payment": {"type": "payment_intent", "payment_intent": "pi_1"}}]},
        "confirmation_secret": {"client_secret": "pi_1_secret_x", "type": "payment_intent"},
        "lines": {"has_more": true, "data": [
            {"amount": -2_450, "currency": "usd", "quantity": 1, "period": {"start": 1, "end": 2},
             "pricing": {"type": "price_details", "price_details": {"price": "price_1"}},
             "parent": {"type": "subscription_item_details",
                "subscription_item_details": {"proration": true}}},
            {"amount": 100, "currency": "usd", "pricing": null,
             "parent": {"type": "invoice_item_details", "invoice_item_details": {"proration": true}}},
            {"amount": 4_900, "currency": "usd", "parent": {"type": "something_newer"}}]},
        "metadata": null}));
    assert!(invoice.is_paid());
    assert_eq!(invoice.subscription.as_deref(), Some("sub_1"));
    assert_eq!(invoice.payment_intent.as_deref(), Some("pi_1"), "the one that paid");
    assert_eq!(invoice.billing_reason, Some(BillingReason::SubscriptionCycle));
    assert_eq!(invoice.amount_paid.to_string(), "49.00 USD");
    assert!(!format!("{invoice:?}").contains("pi_1_secret_x"));
    assert!(invoice.lines_more);
    let prorations: Vec<_> = invoice.lines.iter().map(|line| line.proration).collect();
    assert_eq!(prorations, [true, true, false]);
    assert_eq!(invoice.lines[0].price.as_deref(), Some("price_1"));
    assert_eq!(invoice.lines[0].amount.to_string(), "-24.50 USD");
    assert_eq!(invoice.lines[0].period_end.unwrap().as_micros(), 2_000_000);
}

#[test]
fn before_basil() {
    let invoice = read(json!({"id": "in_1", "currency": "jpy", "paid": true, "amount_paid": 500,
        "subscription": {"id": "sub_1"}, "payment_intent": "pi_1",
        "lines": {"data": [{"amount": 500, "proration": true, "price": {"id": "price_1"}}]}}));
    assert_eq!(invoice.status, Some(InvoiceStatus::Paid));
    assert_eq!(invoice.subscription.as_deref(), Some("sub_1"));
    assert_eq!(invoice.payment_intent.as_deref(), Some("pi_1"));
    assert_eq!(invoice.lines[0].price.as_deref(), Some("price_1"));
    assert!(invoice.lines[0].proration);
    assert_eq!(invoice.lines[0].amount.to_string(), "500 JPY", "its invoice's currency");
}

#[test]
fn a_preview_and_words_that_are_newer() {
    let invoice = read(json!({"currency": "usd", "status": "simmering", "total": -1,
        "billing_reason": "whim", "parent": {"type": "quote_details"}}));
    assert_eq!((invoice.id.as_ref(), invoice.subscription.as_ref()), (None, None));
    assert_eq!(invoice.status, Some(InvoiceStatus::Other("simmering".to_owned())));
    assert_eq!(invoice.billing_reason, Some(BillingReason::Other("whim".to_owned())));
    assert!(!invoice.is_paid());
}
