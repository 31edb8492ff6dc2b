//! ID tokens that must not be believed. Each is made from a good one of the real provider.

use std::time::Duration;

use captely_accounts::oidc::{
    ClientSettings, OidcError, Provider, ProviderName, ReturnTo, TokenFault,
};
use serde_json::{Value, json};

use super::google::sign_in;
use super::loopback::{self, now};

const GOOGLE: ProviderName = ProviderName::Google;

fn untrusted(fault: TokenFault) -> OidcError {
    OidcError::Untrusted { provider: GOOGLE, fault }
}

fn seconds_from_now(by: i64) -> Value {
    json!(now().as_micros() / 1_000_000 + by)
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let Some(world) = loopback::start() else { return };
    let provider = world.google();
    for (lie, fault) in [
        (json!({"sign": "none"}), TokenFault::Algorithm),
        (json!({"sign": "secret"}), TokenFault::Algorithm),
        (json!({"sign": "stranger"}), TokenFault::Signature),
        (json!({"header": {"kid": "made-up"}}), TokenFault::UnknownKey),
        (json!({"claims": {"aud": "somebody-else"}}), TokenFault::Audience),
        (json!({"claims": {"aud": ["captely-google", "somebody-else"]}}), TokenFault::Audience),
        (json!({"claims": {"azp": "somebody-else"}}), TokenFault::Audience),
        (json!({"claims": {"iss": "https://evil.example"}}), TokenFault::Issuer),
        (json!({"claims": {"nonce": "of another sign-in"}}), TokenFault::Nonce),
        (json!({"claims": {"nonce": null}}), TokenFault::Nonce),
        (json!({"claims": {"exp": seconds_from_now(-61)}}), TokenFault::Expired),
        (json!({"claims": {"exp": null}}), TokenFault::Malformed),
        (json!({"claims": {"sub": null}}), TokenFault::Malformed),
        (json!({"claims": {"sub": ""}}), TokenFault::Malformed),
        (json!({"claims": {"sub": "s".repeat(256)}}), TokenFault::Malformed),
    ] {
        let shown = lie.to_string();
        world.answer(lie).await;
        let said = sign_in(&world, &provider, "ada@gmail.com").await;
        assert_eq!(said, Err(untrusted(fault)), "{shown}");
    }
    world.answer(json!({"claims": {"iat": seconds_from_now(600)}})).await;
    let said = sign_in(&world, &provider, "ada@gmail.com").await.unwrap_err();
    assert!(matches!(said, OidcError::ClockSkew { seconds: 500..=600, .. }), "{said}");
    world.reset().await;
    assert!(sign_in(&world, &provider, "ada@gmail.com").await.is_ok(), "the way itself is open");
}

#[tokio::test]
async fn what_google_writes_otherwise_is_taken() {
    let Some(world) = loopback::start() else { return };
    let provider = world.google();
    let issuer = world.google_settings().issuer;
    let bare = issuer.strip_prefix("http://").unwrap();
    for lie in [
        json!({"claims": {"iss": bare}}),
        json!({"claims": {"aud": ["captely-google"], "azp": "captely-google"}}),
        json!({"claims": {"exp": seconds_from_now(-30)}}),
        json!({"claims": {"iat": seconds_from_now(30)}}),
    ] {
        let shown = lie.to_string();
        world.answer(lie).await;
        let said = sign_in(&world, &provider, "ada@gmail.com").await;
        assert!(said.is_ok(), "{shown}: {said:?}");
    }
    // Apple has one spelling.
    world.answer(json!({"claims": {"iss": bare}})).await;
    let said = sign_in(&world, &world.apple(), "ada@work.example").await;
    let fault = TokenFault::Issuer;
    assert_eq!(said, Err(OidcError::Untrusted { provider: ProviderName::Apple, fault }));
}

#[tokio::test]
async fn es256_is_taken_where_the_provider_offers_it() {
    let Some(world) = loopback::start() else { return };
    let settings =
        || ClientSettings { client_id: "captely-es256".to_owned(), ..world.google_settings() };
    let provider = || Provider::new(settings(), loopback::http(Duration::from_secs(30))).unwrap();
    let said = sign_in(&world, &provider(), "ada@gmail.com").await;
    assert!(said.is_ok(), "{said:?}");
    let only_rs256 = json!({"document": {"id_token_signing_alg_values_supported": ["RS256"]}});
    world.answer(only_rs256).await;
    let said = sign_in(&world, &provider(), "ada@gmail.com").await;
    assert_eq!(said, Err(untrusted(TokenFault::Algorithm)));
}

#[tokio::test]
async fn a_new_key_is_fetched_once() {
    let Some(world) = loopback::start() else { return };
    let provider = world.google();
    assert!(sign_in(&world, &provider, "ada@gmail.com").await.is_ok());
    world.rotate().await;
    let later = || now().plus(Duration::from_secs(61));
    for _ in 0..2 {
        let begun = provider.begin(later(), &world.chance, ReturnTo::default()).await.unwrap();
        let callback = world.browser().sign_in(&begun.url, "ada@gmail.com").await;
        let said = provider.finish(later(), begun.pending, callback).await;
        assert!(said.is_ok(), "{said:?}");
    }
    assert_eq!(world.calls("/jwks").await, 2);
}

#[tokio::test]
async fn made_up_key_ids_do_not_turn_us_against_the_provider() {
    let Some(world) = loopback::start() else { return };
    let provider = world.google();
    world.answer(json!({"header": {"kid": "made-up"}, "sign": "stranger"})).await;
    for _ in 0..4 {
        let said = sign_in(&world, &provider, "ada@gmail.com").await;
        assert_eq!(said, Err(untrusted(TokenFault::UnknownKey)));
    }
    assert_eq!(world.calls("/jwks").await, 1);
}
