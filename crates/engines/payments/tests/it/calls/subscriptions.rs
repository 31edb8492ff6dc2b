//! Subscriptions.

use captely_payments::{
    CancelNow, Metadata, NewSubscription, PaymentBehavior, PlanChange, ProrationBehavior, Resume,
    SubscriptionChange,
};
use serde_json::json;

use super::{at, check, went_out};
use crate::loopback::key;

fn subscription() -> serde_json::Value {
    json!({"id": "sub_1", "status": "active", "customer": "cus_1"})
}

#[tokio::test]
async fn subscriptions() {
    let new = NewSubscription {
        payment_behavior: Some(PaymentBehavior::DefaultIncomplete),
        ..NewSubscription::new("cus_1", "price_1")
    };
    let asked =
        went_out(subscription(), async |stripe| stripe.create_subscription(&key(), &new).await);
    let expanded = ("expand[]", "latest_invoice.confirmation_secret");
    let pairs = [
        ("customer", "cus_1"),
        expanded,
        ("items[0][price]", "price_1"),
        ("items[0][quantity]", "1"),
        ("payment_behavior", "default_incomplete"),
    ];
    check(&asked.await, "POST", "/subscriptions", &pairs);

    let asked = went_out(subscription(), async |stripe| stripe.get_subscription("sub_1").await);
    check(&asked.await, "GET", "/subscriptions/sub_1", &[]);

    let change = PlanChange {
        item: "si_1".to_owned(),
        price: "price_2".to_owned(),
        quantity: 1,
        proration: ProrationBehavior::AlwaysInvoice,
        proration_date: Some(at(1_700_000_000)),
        anchor_now: false,
        end_trial: true,
        payment_behavior: None,
        metadata: Metadata::new(),
    };
    let asked =
        went_out(subscription(), async |stripe| stripe.change_plan("sub_1", &key(), &change).await);
    let pairs = [
        expanded,
        ("items[0][id]", "si_1"),
        ("items[0][price]", "price_2"),
        ("items[0][quantity]", "1"),
        ("proration_behavior", "always_invoice"),
        ("proration_date", "1700000000"),
        ("trial_end", "now"),
    ];
    check(&asked.await, "POST", "/subscriptions/sub_1", &pairs);

    for (change, pairs) in [
        (
            SubscriptionChange { cancel_at_period_end: Some(true), ..Default::default() },
            ("cancel_at_period_end", "true"),
        ),
        (SubscriptionChange { clear_cancel_at: true, ..Default::default() }, ("cancel_at", "")),
    ] {
        let asked = went_out(subscription(), async |stripe| {
            stripe.update_subscription("sub_1", &key(), &change).await
        });
        check(&asked.await, "POST", "/subscriptions/sub_1", &[pairs]);
    }

    let cancel = CancelNow { invoice_now: true, prorate: false };
    let asked =
        went_out(subscription(), async |stripe| stripe.cancel_subscription("sub_1", &cancel).await);
    let pairs = [("invoice_now", "true"), ("prorate", "false")];
    check(&asked.await, "DELETE", "/subscriptions/sub_1", &pairs);

    let asked = went_out(subscription(), async |stripe| {
        stripe.resume_subscription("sub_1", &key(), &Resume::default()).await
    });
    let pairs = [("billing_cycle_anchor", "now")];
    check(&asked.await, "POST", "/subscriptions/sub_1/resume", &pairs);
}
