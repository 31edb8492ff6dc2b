//! A provider that is ill.

use std::time::Duration;

use captely_accounts::oidc::{OidcError, Provider, ReturnTo};
use serde_json::{Value, json};

use super::google::sign_in;
use super::loopback::{self, Loopback, now};

const DISCOVERY: &str = "/.well-known/openid-configuration";
const THREE_MIB: usize = 3 * 1024 * 1024;

/// A fresh provider meets `lie`; the sentence for the person.
async fn said_to(world: &Loopback, provider: &Provider, lie: Value) -> String {
    world.answer(lie).await;
    let said = sign_in(world, provider, "ada@gmail.com").await;
    world.reset().await;
    let said = said.unwrap_err();
    assert!(matches!(said, OidcError::Unreachable { .. }), "{said:?}");
    said.to_string()
}

#[tokio::test]
async fn a_description_of_somebody_else_is_refused() {
    let Some(world) = loopback::start() else { return };
    for issuer in ["https://evil.example", ""] {
        let lie = json!({"document": {"issuer": issuer}});
        let said = said_to(&world, &world.google(), lie).await;
        assert!(said.starts_with("Google describes itself as somebody else"), "{said}");
    }
}

#[tokio::test]
async fn useless_answers_are_failures_that_pass() {
    let Some(world) = loopback::start() else { return };
    for (lie, begins) in [
        (json!({"path": DISCOVERY, "status": 503}), "Google answered with status 503"),
        (json!({"path": DISCOVERY, "text": "<html>"}), "Google describes itself in a way"),
        (json!({"path": DISCOVERY, "pad_bytes": THREE_MIB}), "Google gave an answer that cannot"),
        (json!({"path": "/token", "status": 502}), "Google answered with status 502"),
        (json!({"path": "/token", "text": "<html>"}), "Google gave an answer that cannot be read"),
        (json!({"path": "/token", "pad_bytes": THREE_MIB}), "Google gave an answer that cannot"),
        (json!({"path": "/jwks", "status": 404}), "Google answered with status 404"),
        (json!({"path": "/jwks", "text": "{}"}), "Google publishes keys that cannot be read"),
        (json!({"path": "/jwks", "pad_bytes": THREE_MIB}), "Google gave an answer that cannot"),
    ] {
        let shown = lie.to_string();
        let provider = world.google();
        let said = said_to(&world, &provider, lie).await;
        assert!(said.starts_with(begins), "{shown}: {said}");
        assert!(said.contains("try again in a few minutes"), "{said}");
    }
}

#[tokio::test]
async fn a_slow_provider_is_not_waited_for() {
    let Some(world) = loopback::start() else { return };
    let hurried =
        || Provider::new(world.google_settings(), loopback::http(Duration::from_secs(1))).unwrap();
    for path in [DISCOVERY, "/token", "/jwks"] {
        let lie = json!({"path": path, "delay_ms": 60_000});
        let said = said_to(&world, &hurried(), lie).await;
        assert!(said.contains("no whole answer within its time"), "{path}: {said}");
    }
}

#[tokio::test]
async fn nobody_there_is_asked_once_for_many_people() {
    let Some(world) = loopback::start() else { return };
    let provider = world.google();
    world.answer(json!({"path": DISCOVERY, "status": 500})).await;
    let at = now();
    for _ in 0..10 {
        let said = provider.begin(at, &world.chance, ReturnTo::default()).await;
        assert!(matches!(said, Err(OidcError::Unreachable { .. })), "{said:?}");
    }
    assert_eq!(world.calls(DISCOVERY).await, 1);
}
