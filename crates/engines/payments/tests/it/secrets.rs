//! The key is sent in its header and seen nowhere else.

use captely_payments::NewCustomer;

use crate::loopback::{Given, KEY, Loopback, key};

#[tokio::test]
async fn the_key_stays_out_of_errors_and_addresses() {
    for status in [200, 302, 400, 401, 402, 403, 404, 409, 424, 429, 500, 503] {
        let all = format!("{KEY} {}", KEY.to_uppercase());
        let body = serde_json::json!({"error": {"type": all, "code": all, "message": all,
            "param": all, "decline_code": all, "advice_code": all, "payment_intent": {"id": all}}, "id": [all]});
        let server = Loopback::scripted(vec![Given::new(status, body.to_string())]).await;
        let new = NewCustomer::default();
        let error = server.stripe.create_customer(&key(), &new).await.unwrap_err();
        let shown = format!("{error} {error:?} {:?}", server.stripe).to_lowercase();
        assert!(!shown.contains(&KEY.to_lowercase()), "{status}: {shown}");
        let call = &server.calls()[0];
        assert!(!call.path.contains(KEY) && !call.body.contains(KEY), "{status}");
        assert!(call.header("authorization").unwrap().ends_with(KEY));
    }
}
