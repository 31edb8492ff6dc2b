//! What goes out for each call, and that its answer is read.

mod catalogue;
mod invoices;
mod pages;
mod payments;
mod subscriptions;

use captely_contact::Timestamp;
use captely_payments::{Stripe, StripeError};
use serde_json::Value;

use crate::loopback::{Asked, Given, KEY, Loopback};

/// Calls a server that answers `answer`, and gives the one call that came.
async fn went_out<T>(
    answer: Value,
    call: impl AsyncFnOnce(&Stripe) -> Result<T, StripeError>,
) -> Asked {
    let server = Loopback::scripted(vec![Given::json(&answer)]).await;
    if let Err(why) = call(&server.stripe).await {
        panic!("{why}");
    }
    let calls = server.calls();
    assert_eq!(calls.len(), 1);
    calls[0].clone()
}

#[track_caller]
fn check(asked: &Asked, method: &str, path: &str, pairs: &[(&str, &str)]) {
    let bare = asked.path.split('?').next().unwrap();
    assert_eq!((asked.method.as_str(), bare), (method, format!("/below/v1{path}").as_str()));
    let sent = asked.pairs();
    let sent: Vec<_> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(sent, pairs);
    assert_eq!(asked.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(asked.header("stripe-version"), Some("2026-06-24.dahlia"));
    let is_post = method == "POST";
    assert_eq!(asked.header("idempotency-key"), is_post.then_some("intent:1"));
    let form = "application/x-www-form-urlencoded";
    assert_eq!(asked.header("content-type"), is_post.then_some(form));
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::micros(seconds * 1_000_000)
}
