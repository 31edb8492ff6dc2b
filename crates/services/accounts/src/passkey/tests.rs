//! Whole ceremonies with a software authenticator and the client side of a browser (crate `passkey`),
//! over the JSON that a browser and this server exchange.

use super::*;
use serde_json::Value;
use uuid::Uuid;

#[path = "../../tests/it/device.rs"]
mod device;

use device::{Device, SITE, over_the_wire};

fn site() -> Passkeys {
    Passkeys::new(SITE).unwrap()
}

fn ada() -> (UserId, EmailAddress) {
    (UserId::from(Uuid::from_u128(7)), "ada@example.com".parse().unwrap())
}

/// A device whose key Ada has added.
async fn registered() -> (Device, StoredPasskey) {
    let (user, email) = ada();
    let mut device = Device::default();
    let (options, state) = site().start_registration(user, &email, "Ada", &[]).unwrap();
    let answer = device.make(&options).await;
    // The state and the key are kept as JSON between two requests.
    let key = site().finish_registration(&over_the_wire(&answer), &over_the_wire(&state)).unwrap();
    (device, over_the_wire(&key))
}

#[tokio::test]
async fn a_key_is_added_and_signs_in_again_and_again() {
    let (mut device, key) = registered().await;
    let mut keys = [key];
    for _ in 0..3 {
        let (options, state) = site().start_authentication(&keys).unwrap();
        let answer = over_the_wire(&device.answer(&options).await);
        let used = site().finish_authentication(&answer, &over_the_wire(&state), &mut keys);
        let used = used.unwrap().credential_id().to_vec();
        assert_eq!(used, device.key.as_ref().unwrap().credential_id.to_vec());
    }
    assert_eq!(Some(keys[0].counter), device.key.unwrap().counter);
    assert!(keys[0].counter >= 3);
}

#[tokio::test]
async fn who_does_not_say_who_they_are_is_known_by_their_key() {
    let (mut device, mut key) = registered().await;
    let (options, state) = site().start_sign_in().unwrap();
    let answer: PublicKeyCredential = over_the_wire(&device.answer(&options).await);
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
    let answer = Device::default().make(&start().0).await;
    let refused = site().finish_registration(&over_the_wire(&answer), &start().1);
    assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{refused:?}");

    let (mut device, key) = registered().await;
    let mut keys = [key];
    let (options, _) = site().start_authentication(&keys).unwrap();
    let answer = over_the_wire(&device.answer(&options).await);
    let (_, other) = site().start_authentication(&keys).unwrap();
    let refused = site().finish_authentication(&answer, &other, &mut keys);
    assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn another_origin_is_refused() {
    let (mut device, key) = registered().await;
    let mut keys = [key];
    // A browser lets a subdomain use the key; we do not.
    for origin in ["https://evil.app.example.com", "https://app.example.com:8443"] {
        device.origin = Url::parse(origin).unwrap();
        let (options, state) = site().start_authentication(&keys).unwrap();
        let answer = over_the_wire(&device.answer(&options).await);
        let refused = site().finish_authentication(&answer, &state, &mut keys);
        assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{origin}: {refused:?}");
    }
}

#[tokio::test]
async fn a_forged_signature_is_refused() {
    let (mut device, key) = registered().await;
    let mut keys = [key];
    let (options, state) = site().start_authentication(&keys).unwrap();
    let answer: PublicKeyCredential = over_the_wire(&device.answer(&options).await);
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
    let answer = over_the_wire(&thief.answer(&options).await);
    let refused = site().finish_authentication(&answer, &state, &mut keys);
    assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{refused:?}");
    assert_ne!(stolen.credential_id(), keys[0].credential_id());
}

#[tokio::test]
async fn nobody_looked_who_holds_the_device() {
    let (user, email) = ada();
    let (options, state) = site().start_registration(user, &email, "Ada", &[]).unwrap();
    let mut device = Device::default();
    let answer: RegisterPublicKeyCredential = over_the_wire(&device.make(&options).await);
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
    let (mut device, key) = registered().await;
    let mut keys = [key];
    let mut copy = device.copy();
    // Both begin before either is done: the state of the copy knows the old counter only.
    let (options, state) = site().start_authentication(&keys).unwrap();
    let (copied_options, copied_state) = site().start_authentication(&keys).unwrap();
    let answer = over_the_wire(&device.answer(&options).await);
    site().finish_authentication(&answer, &state, &mut keys).unwrap();
    let answer = over_the_wire(&copy.answer(&copied_options).await);
    let refused = site().finish_authentication(&answer, &copied_state, &mut keys);
    assert!(matches!(refused, Err(PasskeyError::Copied)), "{refused:?}");
    // And one that begins afterwards with a lower counter.
    copy.key.as_mut().unwrap().counter = Some(0);
    let (options, state) = site().start_authentication(&keys).unwrap();
    let answer = over_the_wire(&copy.answer(&options).await);
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
