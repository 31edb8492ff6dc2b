//! Payments, their methods, refunds and events.

use captely_payments::{
    ConfirmPayment, EventFilter, NewPaymentIntent, NewRefund, Price, RefundReason,
};
use serde_json::json;

use super::{at, check, went_out};
use crate::loopback::key;

fn intent() -> serde_json::Value {
    json!({"id": "pi_1", "status": "succeeded", "amount": 4_900, "currency": "usd"})
}

#[tokio::test]
async fn payments_and_methods() {
    let new = NewPaymentIntent {
        customer: Some("cus_1".to_owned()),
        confirm: true,
        ..NewPaymentIntent::new(Price::new(500, "jpy".parse().unwrap()))
    };
    let answer = json!({"id": "pi_1", "status": "requires_action", "amount": 500, "currency": "jpy",
        "client_secret": "pi_1_secret", "next_action": {"type": "redirect_to_url",
            "redirect_to_url": {"url": "https://bank.example/", "return_url": "https://x.example/"}},
        "last_payment_error": {"code": "card_declined", "message": "Declined."}});
    let asked = went_out(answer, async |stripe| {
        let intent = stripe.create_payment_intent(&key(), &new).await?;
        assert_eq!(intent.next_url.as_deref(), Some("https://bank.example/"));
        assert_eq!(intent.amount().to_string(), "500 JPY");
        assert_eq!(intent.last_failure.as_ref().unwrap().to_string(), "Declined.");
        assert!(!format!("{intent:?}").contains("pi_1_secret"));
        Ok(())
    });
    let pairs = [
        ("amount", "500"),
        ("automatic_payment_methods[enabled]", "true"),
        ("confirm", "true"),
        ("currency", "jpy"),
        ("customer", "cus_1"),
    ];
    check(&asked.await, "POST", "/payment_intents", &pairs);

    let asked = went_out(intent(), async |stripe| stripe.get_payment_intent("pi_1").await);
    check(&asked.await, "GET", "/payment_intents/pi_1", &[]);
    let confirm = ConfirmPayment { off_session: Some(true), ..ConfirmPayment::default() };
    let asked = went_out(intent(), async |stripe| {
        stripe.confirm_payment_intent("pi_1", &key(), &confirm).await
    });
    check(&asked.await, "POST", "/payment_intents/pi_1/confirm", &[("off_session", "true")]);

    let answer = json!({"id": "seti_1", "status": "succeeded", "payment_method": {"id": "pm_1"}});
    let asked = went_out(answer, async |stripe| {
        let setup = stripe.get_setup_intent("seti_1").await?;
        assert_eq!(setup.payment_method.as_deref(), Some("pm_1"));
        Ok(())
    });
    check(&asked.await, "GET", "/setup_intents/seti_1", &[]);

    let paypal = json!({"id": "pm_2", "type": "paypal", "customer": null,
        "paypal": {"payer_email": "payer@mills.example", "payer_id": "X"}});
    let list = json!({"data": [{"id": "pm_1", "type": "card", "customer": "cus_1",
        "card": {"brand": "visa", "last4": "4242", "exp_month": 7, "exp_year": 2031}}, paypal]});
    let asked = went_out(list, async |stripe| {
        let methods = stripe.list_payment_methods("cus_1", Some("card"), 7).await?.objects;
        assert_eq!(methods[0].card.as_ref().unwrap().last4.as_deref(), Some("4242"));
        assert_eq!(methods[1].paypal_email(), Some("payer@mills.example"));
        Ok(())
    });
    let pairs = [("type", "card"), ("limit", "7")];
    check(&asked.await, "GET", "/customers/cus_1/payment_methods", &pairs);

    let asked = went_out(paypal.clone(), async |stripe| {
        stripe.attach_payment_method("pm_2", &key(), "cus_1").await
    });
    check(&asked.await, "POST", "/payment_methods/pm_2/attach", &[("customer", "cus_1")]);
    let asked = went_out(paypal, async |stripe| stripe.detach_payment_method("pm_2", &key()).await);
    check(&asked.await, "POST", "/payment_methods/pm_2/detach", &[]);

    let new = NewRefund {
        payment_intent: "pi_1".to_owned(),
        amount: Some(100),
        reason: Some(RefundReason::RequestedByCustomer),
        ..NewRefund::default()
    };
    let answer = json!({"id": "re_1", "amount": 100, "currency": "usd", "status": "pending"});
    let asked = went_out(answer, async |stripe| stripe.create_refund(&key(), &new).await);
    let pairs =
        [("amount", "100"), ("payment_intent", "pi_1"), ("reason", "requested_by_customer")];
    check(&asked.await, "POST", "/refunds", &pairs);
    let answer = json!({"data": [{"id": "re_1", "amount": 100, "currency": "usd"}]});
    let asked = went_out(answer, async |stripe| {
        let refunds = stripe.list_refunds("pi_1", 9).await?.objects;
        assert_eq!(refunds[0].amount().to_string(), "1.00 USD");
        Ok(())
    });
    check(&asked.await, "GET", "/refunds", &[("payment_intent", "pi_1"), ("limit", "9")]);
}

#[tokio::test]
async fn events() {
    let event = json!({"id": "evt_1", "object": "event", "type": "invoice.paid", "created": 1,
        "data": {"object": {"object": "invoice", "id": "in_1"}}});
    let asked = went_out(event.clone(), async |stripe| stripe.get_event("evt_1").await);
    check(&asked.await, "GET", "/events/evt_1", &[]);
    let filter = EventFilter {
        kinds: vec!["invoice.paid".to_owned()],
        created_from: Some(at(1_700_000_000)),
        ..EventFilter::default()
    };
    let asked =
        went_out(json!({"data": [event]}), async |stripe| stripe.list_events(&filter, 1_000).await);
    let pairs = [("created[gte]", "1700000000"), ("types[]", "invoice.paid"), ("limit", "100")];
    check(&asked.await, "GET", "/events", &pairs);
}
