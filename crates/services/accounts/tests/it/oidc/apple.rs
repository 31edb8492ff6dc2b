//! What Apple does differently: a signed client secret, an answer by form, truth as text, and a name
//! that is told once.

use std::collections::BTreeMap;
use std::time::Duration;

use captely_accounts::oidc::{
    AppleKey, AppleKeyError, OidcError, ProviderName, ReturnTo, SignedIn,
};
use captely_platform::secrets::Secret;
use reqwest::Url;

use super::google::sign_in;
use super::loopback::{self, now};

const APPLE: ProviderName = ProviderName::Apple;

#[tokio::test]
async fn a_person_signs_in_and_tells_the_name_once() {
    let Some(world) = loopback::start() else { return };
    let provider = world.apple();
    let begun = provider.begin(now(), &world.chance, ReturnTo::default()).await.unwrap();
    let url = Url::parse(&begun.url).unwrap();
    let asked: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    for (name, value) in [
        ("client_id", "com.example.captely"),
        ("redirect_uri", "http://127.0.0.1:9/api/auth/oidc/apple/callback"),
        ("response_type", "code"),
        ("response_mode", "form_post"),
        ("scope", "name email"),
    ] {
        assert_eq!(asked.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!asked.contains_key("code_challenge"), "Apple does not know PKCE on the web");

    let login = "x1@privaterelay.appleid.com";
    let callback = world.browser().sign_in(&begun.url, login).await;
    let person = provider.finish(now(), begun.pending, callback).await.unwrap();
    let first = SignedIn {
        provider: APPLE,
        subject: login.to_owned(),
        email: Some(login.to_owned()),
        email_verified_owner: true,
        name: Some("Ada L".to_owned()),
    };
    assert_eq!(person, first);
    let again = sign_in(&world, &provider, login).await.unwrap();
    assert_eq!(again, SignedIn { name: None, ..first });

    let open = sign_in(&world, &provider, "ada@work.example").await.unwrap();
    assert!(open.email_verified_owner);
}

#[tokio::test]
async fn the_client_secret_is_verified_by_the_other_side() {
    let Some(world) = loopback::start() else { return };
    let key = |team, id, key| AppleKey::new(team, id, key).unwrap();
    let refused = OidcError::Misconfigured { provider: APPLE, reason: "invalid_client".to_owned() };
    for wrong in [
        key("TEAM123456", "ABC123DEFG", world.stranger_key()),
        key("TEAM999999", "ABC123DEFG", world.apple_key()),
        key("TEAM123456", "ZZZ999ZZZ9", world.apple_key()),
    ] {
        let said = sign_in(&world, &world.apple_with(wrong), "ada@work.example").await;
        assert_eq!(said, Err(refused.clone()));
    }

    // A secret made by a clock that is a day late has expired when it arrives.
    let provider = world.apple();
    let begun = provider.begin(now(), &world.chance, ReturnTo::default()).await.unwrap();
    let callback = world.browser().sign_in(&begun.url, "ada@work.example").await;
    let late = now().minus(Duration::from_hours(24));
    assert_eq!(provider.finish(late, begun.pending, callback).await, Err(refused));

    // As it stands in an environment variable.
    let one_line = Secret::from(world.apple_key().expose().replace('\n', "\\n"));
    let provider = world.apple_with(key("TEAM123456", "ABC123DEFG", &one_line));
    assert!(sign_in(&world, &provider, "ada@work.example").await.is_ok());
}

#[tokio::test]
async fn saying_no_comes_by_form_too() {
    let Some(world) = loopback::start() else { return };
    let provider = world.apple();
    let begun = provider.begin(now(), &world.chance, ReturnTo::default()).await.unwrap();
    let mut callback = world.browser().sign_in(&begun.url, "ada@work.example").await;
    callback.code = None;
    callback.error = Some("user_cancelled_authorize".to_owned());
    let said = provider.finish(now(), begun.pending, callback).await;
    assert_eq!(said, Err(OidcError::Cancelled(APPLE)));
}

#[test]
fn what_is_no_key_is_refused_at_once() {
    let made = |text: &str| AppleKey::new("T", "K", &Secret::from(text)).map(|_key| ());
    let pem =
        |body: &str| format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
    assert_eq!(made(""), Err(AppleKeyError::NoPem));
    assert_eq!(made("MIGHAgEAMBMG"), Err(AppleKeyError::NoPem));
    assert_eq!(made(&pem("!")), Err(AppleKeyError::NoPem));
    assert_eq!(made(&pem("AAAA")), Err(AppleKeyError::NoEs256Key));
}
