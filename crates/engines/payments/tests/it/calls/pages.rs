//! Checkout and portal.

use captely_payments::{
    CheckoutMode, LineItem, MethodCollection, MissingMethod, NewCheckoutSession, NewPortalSession,
    PortalFlow, SubscriptionData,
};
use serde_json::json;

use super::{at, check, went_out};
use crate::loopback::key;

#[tokio::test]
async fn pages() {
    let new = NewCheckoutSession {
        line_items: vec![LineItem { price: "price_1".to_owned(), quantity: 1 }],
        customer: Some("cus_1".to_owned()),
        payment_method_collection: Some(MethodCollection::IfRequired),
        subscription_data: Some(SubscriptionData {
            trial_end: Some(at(1_700_000_000)),
            missing_method: Some(MissingMethod::Cancel),
            ..SubscriptionData::default()
        }),
        ..NewCheckoutSession::new(
            CheckoutMode::Subscription,
            "https://app.example/done?session={CHECKOUT_SESSION_ID}",
        )
    };
    let answer = json!({"id": "cs_test_1", "mode": "subscription", "status": "open",
        "payment_status": "unpaid", "url": "https://pay.example/cs_test_1", "customer": "cus_1",
        "amount_total": 4_900, "currency": "usd", "metadata": {}});
    let asked = went_out(answer.clone(), async |stripe| {
        let session = stripe.create_checkout_session(&key(), &new).await?;
        assert_eq!(session.total().unwrap().to_string(), "49.00 USD");
        assert!(!session.is_fulfillable());
        Ok(())
    });
    let pairs = [
        ("customer", "cus_1"),
        ("line_items[0][price]", "price_1"),
        ("line_items[0][quantity]", "1"),
        ("mode", "subscription"),
        ("payment_method_collection", "if_required"),
        ("subscription_data[trial_end]", "1700000000"),
        ("subscription_data[trial_settings][end_behavior][missing_payment_method]", "cancel"),
        ("success_url", "https://app.example/done?session={CHECKOUT_SESSION_ID}"),
    ];
    check(&asked.await, "POST", "/checkout/sessions", &pairs);

    for (status, payment, fulfillable) in [
        ("complete", "paid", true),
        ("complete", "no_payment_required", true),
        ("complete", "unpaid", false),
        ("complete", "a_newer_word", false),
        ("open", "no_payment_required", false),
    ] {
        let mut answer = answer.clone();
        answer["status"] = status.into();
        answer["payment_status"] = payment.into();
        let asked = went_out(answer, async |stripe| {
            let session = stripe.get_checkout_session("cs_test_1").await?;
            assert_eq!(session.is_fulfillable(), fulfillable, "{status} {payment}");
            Ok(())
        });
        check(&asked.await, "GET", "/checkout/sessions/cs_test_1", &[]);
    }
    let asked =
        went_out(answer, async |stripe| stripe.expire_checkout_session("cs_test_1", &key()).await);
    check(&asked.await, "POST", "/checkout/sessions/cs_test_1/expire", &[]);

    let new = NewPortalSession {
        customer: "cus_1".to_owned(),
        return_url: Some("https://app.example/".to_owned()),
        configuration: None,
        flow: Some(PortalFlow::ConfirmUpdate {
            subscription: "sub_1".to_owned(),
            item: "si_1".to_owned(),
            price: "price_2".to_owned(),
            quantity: 1,
        }),
    };
    let answer = json!({"id": "bps_1", "url": "https://portal.example/s3cret"});
    let asked = went_out(answer, async |stripe| {
        let session = stripe.create_portal_session(&key(), &new).await?;
        assert!(!format!("{session:?}").contains("s3cret"));
        assert_eq!(session.url.reveal(), "https://portal.example/s3cret");
        Ok(())
    });
    let flow = "flow_data[subscription_update_confirm]";
    let pairs = [
        ("customer", "cus_1"),
        (&format!("{flow}[items][0][id]"), "si_1"),
        (&format!("{flow}[items][0][price]"), "price_2"),
        (&format!("{flow}[items][0][quantity]"), "1"),
        (&format!("{flow}[subscription]"), "sub_1"),
        ("flow_data[type]", "subscription_update_confirm"),
        ("return_url", "https://app.example/"),
    ];
    check(&asked.await, "POST", "/billing_portal/sessions", &pairs);
}
