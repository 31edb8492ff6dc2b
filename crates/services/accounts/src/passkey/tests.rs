//! Whole ceremonies with a software authenticator and the client side of a browser (crate `passkey`),
//! over the JSON that a browser and this server exchange.

use super::*;
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::Passkey as DeviceKey;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use passkey::types::webauthn::{CredentialCreationOptions, CredentialRequestOptions};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

const SITE: &str = "https://app.example.com";

/// Somebody who touches the device whenever asked.
struct Holder;

#[async_trait::async_trait]
impl UserValidationMethod for Holder {
    type PasskeyItem = DeviceKey;

    async fn check_user<'a>(
        &self,
        _hint: UiHint<'a, DeviceKey>,
        _presence: bool,
        _verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence: true, verification: true })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

/// A browser with a device that holds one key and counts its signatures.
struct Browser {
    key: Option<DeviceKey>,
    origin: Url,
}

impl Browser {
    fn new(origin: &str) -> Self {
        Self { key: None, origin: Url::parse(origin).unwrap() }
    }

    fn device(&self) -> Authenticator<Option<DeviceKey>, Holder, RustCryptoBackend> {
        let id = Aaguid::new_empty();
        let mut device = Authenticator::new(id, self.key.clone(), Holder, RustCryptoBackend);
        device.set_make_credentials_with_signature_counter(true);
        device
    }

    async fn register(&mut self, options: &CreationChallengeResponse) -> Value {
        let mut client = Client::new(self.device());
        let options: CredentialCreationOptions = over_the_wire(options);
        let made = client.register(&self.origin, options, DefaultClientData).await.unwrap();
        self.key = client.authenticator().store().clone();
        serde_json::to_value(made).unwrap()
    }

    async fn authenticate(&mut self, options: &RequestChallengeResponse) -> Value {
        let mut client = Client::new(self.device());
        let options: CredentialRequestOptions = over_the_wire(options);
        let made = client.authenticate(&self.origin, options, DefaultClientData).await.unwrap();
        self.key = client.authenticator().store().clone();
        serde_json::to_value(made).unwrap()
    }
}

fn over_the_wire<T: DeserializeOwned>(value: &impl Serialize) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

fn site() -> Passkeys {
    Passkeys::new(SITE).unwrap()
}

fn ada() -> (UserId, EmailAddress) {
    (UserId::from(Uuid::from_u128(7)), "ada@example.com".parse().unwrap())
}

/// A browser whose key Ada has added.
async fn registered() -> (Browser, StoredPasskey) {
    let (user, email) = ada();
    let mut browser = Browser::new(SITE);
    let (options, state) = site().start_registration(user, &email, "Ada", &[]).unwrap();
    let answer = browser.register(&options).await;
    // The state and the key are kept as JSON between two requests.
    let key = site().finish_registration(&over_the_wire(&answer), &over_the_wire(&state)).unwrap();
    (browser, over_the_wire(&key))
}

#[tokio::test]
async fn a_key_is_added_and_signs_in_again_and_again() {
    let (mut browser, key) = registered().await;
    let mut keys = [key];
    for _ in 0..3 {
        let (options, state) = site().start_authentication(&keys).unwrap();
        let answer = over_the_wire(&browser.authenticate(&options).await);
        let used = site().finish_authentication(&answer, &over_the_wire(&state), &mut keys);
        let used = used.unwrap().credential_id().to_vec();
        assert_eq!(used, browser.key.as_ref().unwrap().credential_id.to_vec());
    }
    assert_eq!(Some(keys[0].counter), browser.key.unwrap().counter);
    assert!(keys[0].counter >= 3);
}

#[tokio::test]
async fn who_does_not_say_who_they_are_is_known_by_their_key() {
    let (mut browser, mut key) = registered().await;
    let (options, state) = site().start_sign_in().unwrap();
    let answer: PublicKeyCredential = over_the_wire(&browser.authenticate(&options).await);
    let passkeys = site();
    assert_eq!(passkeys.claimed_by(&answer).unwrap(), (ada().0, key.credential_id()));
    passkeys.finish_sign_in(&answer, over_the_wire(&state), &mut key).unwrap();
    // The same answer to the next challenge.
    let (_, next) = site().start_sign_in().unwrap();
    let replayed = passkeys.finish_sign_in(&answer, next, &mut key);
    assert!(matches!(replayed, Err(PasskeyError::Refused(_))), "{replayed:?}");
}

#[tokio::test]
async fn an_answer_is_for_one_challenge() {
    let (user, email) = ada();
    let start = || site().start_registration(user, &email, "Ada", &[]).unwrap();
    let answer = Browser::new(SITE).register(&start().0).await;
    let refused = site().finish_registration(&over_the_wire(&answer), &start().1);
    assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{refused:?}");

    let (mut browser, key) = registered().await;
    let mut keys = [key];
    let (options, _) = site().start_authentication(&keys).unwrap();
    let answer = over_the_wire(&browser.authenticate(&options).await);
    let (_, other) = site().start_authentication(&keys).unwrap();
    let refused = site().finish_authentication(&answer, &other, &mut keys);
    assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn another_origin_is_refused() {
    let (mut browser, key) = registered().await;
    let mut keys = [key];
    // A browser lets a subdomain use the key; we do not.
    for origin in ["https://evil.app.example.com", "https://app.example.com:8443"] {
        browser.origin = Url::parse(origin).unwrap();
        let (options, state) = site().start_authentication(&keys).unwrap();
        let answer = over_the_wire(&browser.authenticate(&options).await);
        let refused = site().finish_authentication(&answer, &state, &mut keys);
        assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{origin}: {refused:?}");
    }
}

#[tokio::test]
async fn a_forged_signature_is_refused() {
    let (mut browser, key) = registered().await;
    let mut keys = [key];
    let (options, state) = site().start_authentication(&keys).unwrap();
    let answer: PublicKeyCredential = over_the_wire(&browser.authenticate(&options).await);
    for at in [0, 10, 40] {
        let mut forged = answer.clone();
        let mut bytes: Vec<u8> = forged.response.signature.clone();
        bytes[at] ^= 1;
        forged.response.signature = bytes;
        let refused = site().finish_authentication(&forged, &state, &mut keys);
        assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{at}: {refused:?}");
    }
    let mut same = keys.clone();
    let untouched = site().finish_authentication(&answer, &state, &mut same);
    assert!(untouched.is_ok(), "{untouched:?}");
    // Somebody else's key under the id of this one.
    let (mut thief, stolen) = registered().await;
    thief.key.as_mut().unwrap().credential_id = keys[0].credential_id().to_vec().into();
    let answer = over_the_wire(&thief.authenticate(&options).await);
    let refused = site().finish_authentication(&answer, &state, &mut keys);
    assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{refused:?}");
    assert_ne!(stolen.credential_id(), keys[0].credential_id());
}

#[tokio::test]
async fn nobody_looked_who_holds_the_device() {
    let (user, email) = ada();
    let (options, state) = site().start_registration(user, &email, "Ada", &[]).unwrap();
    let mut browser = Browser::new(SITE);
    let answer: RegisterPublicKeyCredential = over_the_wire(&browser.register(&options).await);
    let mut bytes: Vec<u8> = answer.response.attestation_object.clone();
    // The flags stand behind the 32 bytes of the site's hash (WebAuthn level 3 §6.1), which the CBOR
    // key `authData` and a byte string's head of two bytes go before. A new key is not signed for.
    let marker = b"authData";
    let found = bytes.windows(marker.len()).position(|window| window == marker).unwrap();
    let flags = found + marker.len() + 2 + 32;
    let (present, verified) = (0b1, 0b100);
    assert_eq!(bytes[flags] & (present | verified), present | verified);
    bytes[flags] &= !verified;
    let mut unverified = answer.clone();
    unverified.response.attestation_object = bytes;
    let refused = site().finish_registration(&unverified, &state);
    assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{refused:?}");
    assert!(site().finish_registration(&answer, &state).is_ok());
}

#[tokio::test]
async fn a_copied_key_is_noticed() {
    let (mut browser, key) = registered().await;
    let mut keys = [key];
    let mut copy = Browser { key: browser.key.clone(), origin: browser.origin.clone() };
    // Both begin before either is done: the state of the copy knows the old counter only.
    let (options, state) = site().start_authentication(&keys).unwrap();
    let (copied_options, copied_state) = site().start_authentication(&keys).unwrap();
    let answer = over_the_wire(&browser.authenticate(&options).await);
    site().finish_authentication(&answer, &state, &mut keys).unwrap();
    let answer = over_the_wire(&copy.authenticate(&copied_options).await);
    let refused = site().finish_authentication(&answer, &copied_state, &mut keys);
    assert!(matches!(refused, Err(PasskeyError::Copied)), "{refused:?}");
    // And one that begins afterwards with a lower counter.
    copy.key.as_mut().unwrap().counter = Some(0);
    let (options, state) = site().start_authentication(&keys).unwrap();
    let answer = over_the_wire(&copy.authenticate(&options).await);
    let refused = site().finish_authentication(&answer, &state, &mut keys);
    assert!(matches!(refused, Err(PasskeyError::Copied)), "{refused:?}");
}

#[tokio::test]
async fn keys_are_counted_and_known_ones_are_named() {
    let (user, email) = ada();
    let (_, key) = registered().await;
    let (options, _) =
        site().start_registration(user, &email, "Ada", std::slice::from_ref(&key)).unwrap();
    let options = serde_json::to_value(&options).unwrap();
    assert_eq!(options["publicKey"]["excludeCredentials"].as_array().unwrap().len(), 1);
    let selection = &options["publicKey"]["authenticatorSelection"];
    assert_eq!(
        (&selection["userVerification"], &selection["residentKey"]),
        (&Value::from("required"), &Value::from("preferred"))
    );
    let full = site().start_registration(user, &email, "Ada", &vec![key; PASSKEYS_MAX]);
    assert!(matches!(full, Err(PasskeyError::TooMany)));
    assert!(matches!(site().start_authentication(&[]), Err(PasskeyError::None)));
}

#[test]
fn a_site_has_a_name_and_a_safe_connection() {
    for url in [SITE, "https://captely.example.com:8443", "http://localhost:8080"] {
        assert!(Passkeys::new(url).is_ok(), "{url}");
    }
    for url in ["", "app.example.com", "http://127.0.0.1:8080", "https://[::1]", "http://x.example"]
    {
        let why = Passkeys::new(url).unwrap_err().to_string();
        assert!(why.contains("https"), "{url}: {why}");
    }
}
