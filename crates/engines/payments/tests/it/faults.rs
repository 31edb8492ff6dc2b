//! What each failure of a call becomes.

use std::time::Duration;

use captely_payments::{API_VERSION, Fault, NewCustomer, Stripe, StripeError, StripeSetupError};
use captely_providers::{Http, HttpConfig, Key};
use tokio::net::TcpListener;

use crate::loopback::{Given, KEY, Loopback, client, hasty_client, http, key};

async fn error_of(server: &Loopback) -> StripeError {
    server.stripe.create_customer(&key(), &NewCustomer::default()).await.unwrap_err()
}

#[tokio::test]
async fn answers_are_told_apart_and_nothing_is_repeated() {
    for (status, body, retryable, happened, name) in [
        (
            402,
            r#"{"error":{"type":"card_error","code":"expired_card"}}"#,
            false,
            false,
            "CardDeclined",
        ),
        (400, r#"{"error":{"type":"invalid_request_error"}}"#, false, false, "Invalid"),
        (400, r#"{"error":{"type":"idempotency_error"}}"#, false, false, "KeyReused"),
        (401, r#"{"error":{"type":"invalid_request_error"}}"#, false, false, "KeyRefused"),
        (403, "{}", false, false, "NotAllowed"),
        (404, r#"{"error":{"code":"resource_missing"}}"#, false, false, "NotFound"),
        (409, r#"{"error":{"type":"idempotency_error"}}"#, true, true, "Conflict"),
        (429, r#"{"error":{"code":"rate_limit"}}"#, true, false, "RateLimited"),
        (500, r#"{"error":{"type":"api_error"}}"#, true, true, "Failed"),
        (503, "<html>no</html>", true, true, "Failed"),
        (424, "", false, true, "Failed"),
        (200, "<html>a proxy's page</html>", true, true, "Garbled"),
        (200, r#"{"object":"customer"}"#, true, true, "Garbled"),
        (307, "", true, true, "Garbled"),
    ] {
        let mut given = Given::new(status, body);
        given.headers.push(("request-id", "req_42".to_owned()));
        let server = Loopback::scripted(vec![given]).await;
        let error = error_of(&server).await;
        let shown = format!("{:?}", error.fault);
        assert!(shown.starts_with(name), "{status}: {shown}");
        assert_eq!(error.is_retryable(), retryable, "{status}: {shown}");
        assert_eq!(error.may_have_happened(), happened, "{status}: {shown}");
        assert_eq!(error.status, Some(status));
        assert!(error.to_string().ends_with("(request req_42)"), "{error}");
        assert_eq!(server.calls().len(), 1, "{status}: the caller repeats, not the client");
    }
}

#[tokio::test]
async fn headers_say_whether_and_when_to_repeat() {
    let mut given = Given::new(429, "{}");
    given.headers = vec![
        ("retry-after", "7".to_owned()),
        ("stripe-should-retry", "false".to_owned()),
        ("idempotent-replayed", "true".to_owned()),
        ("stripe-rate-limited-reason", "endpoint-rate".to_owned()),
    ];
    let error = error_of(&Loopback::scripted(vec![given]).await).await;
    assert_eq!(error.fault, Fault::RateLimited { reason: "endpoint-rate".to_owned() });
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    assert!(error.replayed && !error.is_retryable());
}

#[tokio::test]
async fn a_request_that_went_out_may_have_happened() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\": \"cus_1\"".to_vec();
    for (bytes, what) in [(Vec::new(), "closed without an answer"), (cut, "cut in the body")] {
        let error = error_of(&Loopback::bytes(vec![bytes]).await).await;
        assert!(matches!(error.fault, Fault::NoAnswer { .. }), "{what}: {error:?}");
        assert!(error.may_have_happened() && error.is_retryable(), "{what}");
    }
    // A port that was just free: refused.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&base).get_customer("cus_1").await.unwrap_err();
    assert!(matches!(error.fault, Fault::Unreachable { .. }), "{error:?}");
    assert!(!error.may_have_happened() && error.is_retryable());
}

#[tokio::test]
async fn no_answer_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let error = hasty_client(&base).get_customer("cus_1").await.unwrap_err();
    assert!(matches!(error.fault, Fault::NoAnswer { .. }), "{error:?}");
    assert!(error.may_have_happened() && error.is_retryable());
}

#[tokio::test]
async fn nothing_leaves_that_cannot_be_right() {
    let server = Loopback::scripted(vec![]).await;
    for id in ["", ".", "..", "cus_1/../../v1/events", "a?b", "a b", "a%2Fb", &"x".repeat(256)] {
        let error = server.stripe.get_customer(id).await.unwrap_err();
        assert!(matches!(error.fault, Fault::Refused { .. }), "{id}: {error:?}");
        assert!(!error.is_retryable() && !error.may_have_happened());
    }
    let long = [("k".to_owned(), "v".repeat(501))].into();
    let new = NewCustomer { metadata: long, ..NewCustomer::default() };
    let error = server.stripe.create_customer(&key(), &new).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Stripe was not asked: the value of metadata's \"k\" is longer than 500 characters"
    );
    assert!(server.calls().is_empty());

    let guarded = Http::new(&HttpConfig::default()).unwrap();
    let version = API_VERSION.parse().unwrap();
    let stripe = Stripe::new(guarded, &Key::from(KEY), "http://127.0.0.1:1", &version).unwrap();
    let error = stripe.get_customer("cus_1").await.unwrap_err();
    assert!(matches!(error.fault, Fault::Guarded { .. }), "{error:?}");
}

#[test]
fn what_cannot_be_set_up() {
    let version = API_VERSION.parse().unwrap();
    let new = |key: &str, base: &str| Stripe::new(http(), &Key::from(key), base, &version);
    for key in ["", "pk_test_1", "whsec_1", "sk_te\nst"] {
        assert_eq!(new(key, "https://api.stripe.com").unwrap_err(), StripeSetupError::Key, "{key}");
    }
    for base in ["", "api.stripe.com", "ftp://a.example", "https://a.example/?x=1"] {
        let why = new(KEY, base).unwrap_err();
        assert!(matches!(why, StripeSetupError::Base { .. }), "{base}");
    }
    let why = new(KEY, "https://user:sk_live_1@a.example").unwrap_err().to_string();
    assert!(why.contains("https://a.example") && !why.contains("sk_live_1"), "{why}");
    let in_clear = new("sk_live_1", "http://127.0.0.1:1").unwrap_err();
    assert_eq!(in_clear, StripeSetupError::LiveInClear);
    assert!(!new(KEY, "https://api.stripe.com").unwrap().is_live());
    assert!(new("rk_live_1", "https://api.stripe.com/").unwrap().is_live());
}
