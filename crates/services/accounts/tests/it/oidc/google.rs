//! The code flow with PKCE, as Google has it.

use std::collections::BTreeMap;
use std::time::Duration;

use captely_accounts::oidc::{
    ClientSettings, Credential, OidcError, PendingSignIn, Provider, ProviderName, ReturnTo,
    SignedIn,
};
use captely_platform::secrets::Secret;
use captely_providers::{Http, HttpConfig};
use reqwest::Url;

use super::loopback::{self, Loopback, now};

const GOOGLE: ProviderName = ProviderName::Google;

/// The whole way of one person.
pub(super) async fn sign_in(
    world: &Loopback,
    provider: &Provider,
    login: &str,
) -> Result<SignedIn, OidcError> {
    let begun = provider.begin(now(), &world.chance, ReturnTo::default()).await?;
    let callback = world.browser().sign_in(&begun.url, login).await;
    provider.finish(now(), begun.pending, callback).await
}

#[tokio::test]
async fn a_person_signs_in() {
    let Some(world) = loopback::start() else { return };
    let provider = world.google();
    let return_to: ReturnTo = "/lists?page=2".parse().unwrap();
    let begun = provider.begin(now(), &world.chance, return_to.clone()).await.unwrap();

    let url = Url::parse(&begun.url).unwrap();
    let asked: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    for (name, value) in [
        ("client_id", "captely-google"),
        ("redirect_uri", "http://127.0.0.1:9/api/auth/oidc/google/callback"),
        ("response_type", "code"),
        ("scope", "openid email profile"),
        ("code_challenge_method", "S256"),
        ("access_type", "online"),
        ("prompt", "select_account"),
    ] {
        assert_eq!(asked.get(name).map(String::as_str), Some(value), "{name}");
    }
    let verifier = asked["code_challenge"].len();
    assert_eq!((asked["state"].len(), asked["nonce"].len(), verifier), (43, 43, 43));

    // Between the two halves it is kept as text.
    let kept = serde_json::to_string(&begun.pending).unwrap();
    let pending: PendingSignIn = serde_json::from_str(&kept).unwrap();
    assert_eq!(pending.return_to(), &return_to);
    let callback = world.browser().sign_in(&begun.url, "ada@gmail.com").await;
    let person = provider.finish(now(), pending, callback).await.unwrap();
    let expected = SignedIn {
        provider: GOOGLE,
        subject: "ada@gmail.com".to_owned(),
        email: Some("ada@gmail.com".to_owned()),
        email_verified_owner: true,
        name: Some("Ada King".to_owned()),
    };
    assert_eq!(person, expected);

    let organisation = sign_in(&world, &provider, "ada@work.example").await.unwrap();
    assert!(organisation.email_verified_owner);
    let anybody = sign_in(&world, &provider, "ada@somewhere.example").await.unwrap();
    assert!(!anybody.email_verified_owner);
    assert_eq!(world.calls("/.well-known/openid-configuration").await, 1);
    assert_eq!(world.calls("/jwks").await, 1);
}

#[tokio::test]
async fn a_code_is_good_once_and_for_its_own_sign_in_only() {
    let Some(world) = loopback::start() else { return };
    let provider = world.google();
    let begin = || provider.begin(now(), &world.chance, ReturnTo::default());
    let begun = begin().await.unwrap();
    let callback = world.browser().sign_in(&begun.url, "ada@gmail.com").await;
    let first = provider.finish(now(), begun.pending.clone(), callback.clone()).await;
    assert!(first.is_ok(), "{first:?}");
    let again = provider.finish(now(), begun.pending, callback).await;
    assert_eq!(again, Err(OidcError::CodeRefused(GOOGLE)));

    // Somebody puts a code of their own sign-in into another's answer: PKCE tells them apart.
    let (mine, theirs) = (begin().await.unwrap(), begin().await.unwrap());
    let stolen = world.browser().sign_in(&theirs.url, "eve@gmail.com").await.code;
    let mut callback = world.browser().sign_in(&mine.url, "ada@gmail.com").await;
    callback.code = stolen;
    let swapped = provider.finish(now(), mine.pending, callback).await;
    assert_eq!(swapped, Err(OidcError::CodeRefused(GOOGLE)));

    // A code that was given to another program.
    let settings = ClientSettings {
        client_id: "somebody-else".to_owned(),
        credential: Credential::Secret(Secret::from("shared by somebody else and google")),
        ..world.google_settings()
    };
    let other = Provider::new(settings, loopback::http(Duration::from_secs(30))).unwrap();
    let theirs = other.begin(now(), &world.chance, ReturnTo::default()).await.unwrap();
    let foreign = world.browser().sign_in(&theirs.url, "ada@gmail.com").await.code;
    let mine = begin().await.unwrap();
    let mut callback = world.browser().sign_in(&mine.url, "ada@gmail.com").await;
    callback.code = foreign;
    let refused = provider.finish(now(), mine.pending, callback).await;
    assert_eq!(refused, Err(OidcError::CodeRefused(GOOGLE)));
}

#[tokio::test]
async fn an_answer_to_another_sign_in_spends_no_code() {
    let Some(world) = loopback::start() else { return };
    let provider = world.google();
    let begun = provider.begin(now(), &world.chance, ReturnTo::default()).await.unwrap();
    let good = world.browser().sign_in(&begun.url, "ada@gmail.com").await;
    let finish = |callback| provider.finish(now(), begun.pending.clone(), callback);

    let mut wrong = good.clone();
    wrong.state = Some("x".repeat(43));
    assert_eq!(finish(wrong.clone()).await, Err(OidcError::Mismatched));
    wrong.state = None;
    wrong.error = Some("access_denied".to_owned());
    assert_eq!(finish(wrong).await, Err(OidcError::Mismatched));
    let mut wrong = good.clone();
    wrong.iss = Some("https://evil.example".to_owned());
    assert_eq!(finish(wrong).await, Err(OidcError::Mismatched));
    let mut wrong = good.clone();
    wrong.code = None;
    assert_eq!(finish(wrong).await, Err(OidcError::Incomplete(GOOGLE)));
    let mut wrong = good.clone();
    wrong.error = Some("temporarily_unavailable".to_owned());
    let reason = "temporarily_unavailable".to_owned();
    assert_eq!(finish(wrong).await, Err(OidcError::Refused { provider: GOOGLE, reason }));
    assert_eq!(world.calls("/token").await, 0);
    assert!(finish(good).await.is_ok(), "none of them has spent the code");
}

#[tokio::test]
async fn saying_no_is_told_from_failing() {
    let Some(world) = loopback::start() else { return };
    let provider = world.google();
    let begun = provider.begin(now(), &world.chance, ReturnTo::default()).await.unwrap();
    let callback = world.browser().cancel(&begun.url).await;
    let said = provider.finish(now(), begun.pending, callback).await;
    assert_eq!(said, Err(OidcError::Cancelled(GOOGLE)));
}

#[tokio::test]
async fn a_wrong_secret_is_the_administrators_to_mend() {
    let Some(world) = loopback::start() else { return };
    let settings = ClientSettings {
        credential: Credential::Secret(Secret::from("wrong")),
        ..world.google_settings()
    };
    let provider = Provider::new(settings, loopback::http(Duration::from_secs(30))).unwrap();
    let said = sign_in(&world, &provider, "ada@gmail.com").await.unwrap_err();
    assert_eq!(
        said.to_string(),
        "Google does not accept this server's registration (invalid_client); an administrator \
         must check [sign_in.google]"
    );
}

#[tokio::test]
async fn private_addresses_are_not_called() {
    let Some(world) = loopback::start() else { return };
    let guarded = Http::new(&HttpConfig::default()).unwrap();
    let provider = Provider::new(world.google_settings(), guarded).unwrap();
    let said = provider.begin(now(), &world.chance, ReturnTo::default()).await.unwrap_err();
    assert!(matches!(said, OidcError::Unreachable { .. }), "{said}");
    assert_eq!(world.calls("/.well-known/openid-configuration").await, 0);
}
