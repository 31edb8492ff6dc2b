use super::*;
use captely_platform::chance::Chance;
use captely_platform::secrets::Keyring;
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";
const NOW: Timestamp = Timestamp::micros(1_767_323_045_000_000);
const LIFETIME: Duration = Duration::from_mins(15);

fn keys(secrets: &[&str]) -> AccessKeys {
    let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::from(*text)).collect();
    AccessKeys::from_secrets(&secrets).unwrap()
}

fn user() -> UserId {
    UserId::from(Uuid::from_u128(7))
}

fn session() -> SessionId {
    SessionId::from(Uuid::from_u128(8))
}

fn token(keys: &AccessKeys) -> String {
    keys.issue(user(), session(), NOW, LIFETIME).unwrap().0.expose().to_owned()
}

/// The header and claims of a token.
fn parts(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| BASE64.decode(part).unwrap());
    let mut json = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (json(), json())
}

/// A token signed with the real secret, of whatever header and claims.
fn forged(header: &Value, claims: &Value, secret: &str) -> String {
    let encode = |json: &Value| BASE64.encode(json.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    sign(&message, secret)
}

fn sign(message: &str, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

#[test]
fn a_token_says_who_and_until_when() {
    let keys = keys(&[SECRET]);
    let (text, issued) = keys.issue(user(), session(), NOW, LIFETIME).unwrap();
    let access = keys.verify(text.expose(), NOW).unwrap();
    assert_eq!(access, issued);
    assert_eq!((access.user, access.session, access.issued_at), (user(), session(), NOW));
    assert_eq!(access.expires_at, NOW.plus(LIFETIME));
    assert!(text.expose().len() < 400, "{}", text.expose().len());
    let (header, claims) = parts(text.expose());
    assert_eq!((&header["alg"], &header["typ"]), (&json!("HS256"), &json!("JWT")));
    assert_eq!(claims["sub"], json!(user().to_string()));
    // Any other library reads it.
    let mut validation = jsonwebtoken::Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[ISSUER]);
    let key = jsonwebtoken::DecodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::decode::<Value>(text.expose(), &key, &validation).unwrap();
}

#[test]
fn time_is_up_after_the_leeway() {
    let keys = keys(&[SECRET]);
    let token = token(&keys);
    let at = |seconds| keys.verify(&token, NOW.plus(Duration::from_secs(seconds))).map(|_| ());
    assert_eq!((at(0), at(929), at(930)), (Ok(()), Ok(()), Err(AccessError::Expired)));
    let before = |seconds| keys.verify(&token, NOW.minus(Duration::from_secs(seconds))).map(|_| ());
    assert_eq!((before(30), before(31)), (Ok(()), Err(AccessError::NotYet)));
}

#[test]
fn it_ends_no_earlier_than_promised() {
    for micros in [0, 1, 400_000, 999_999] {
        let now = NOW.plus(Duration::from_micros(micros));
        let issued = keys(&[SECRET]).issue(user(), session(), now, LIFETIME).unwrap().1;
        let good_for = issued.expires_at.since(now);
        assert!(good_for >= LIFETIME && good_for.as_secs() == LIFETIME.as_secs(), "{good_for:?}");
    }
}

#[test]
fn no_other_header_is_taken_though_the_signature_be_right() {
    let keys = keys(&[SECRET]);
    let (header, claims) = parts(&token(&keys));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = header.clone();
        change(&mut changed);
        forged(&changed, &claims, SECRET)
    };
    for forged in [
        with(&|h| h["alg"] = json!("none")),
        with(&|h| h["alg"] = json!("HS512")),
        with(&|h| h["alg"] = json!("RS256")),
        with(&|h| h["alg"] = json!("hs256")),
        with(&|h| h["kid"] = json!("0123456789ab")),
        with(&|h| h["kid"] = json!("../../dev/null")),
        with(&|h| h["crit"] = json!(["exp"])),
        with(&|h| h["jku"] = json!("https://evil.example/keys")),
        with(&|h| h["typ"] = json!("at+jwt")),
        with(&|h| *h = json!({ "alg": "HS256" })),
    ] {
        assert_eq!(keys.verify(&forged, NOW), Err(AccessError::Header), "{forged}");
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    let keys = keys(&[SECRET]);
    let token = token(&keys);
    let (message, _signature) = token.rsplit_once('.').unwrap();
    let none = BASE64.encode(json!({ "alg": "none", "typ": "JWT" }).to_string());
    let payload = message.split_once('.').unwrap().1;
    assert_eq!(keys.verify(&format!("{none}.{payload}."), NOW), Err(AccessError::Header));
    assert_eq!(keys.verify(&format!("{message}."), NOW), Err(AccessError::Signature));
}

#[test]
fn a_token_of_another_secret_is_refused_even_under_our_header() {
    let keys = keys(&[SECRET]);
    let (message, _) =
        token(&keys).rsplit_once('.').map(|(m, s)| (m.to_owned(), s.to_owned())).unwrap();
    assert_eq!(keys.verify(&sign(&message, OTHER), NOW), Err(AccessError::Signature));
    assert!(keys.verify(&sign(&message, SECRET), NOW).is_ok());
    // An RSA public key taken for an HMAC secret (key confusion) is just another secret.
    let pem =
        "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL\n-----END PUBLIC KEY-----";
    assert_eq!(keys.verify(&sign(&message, pem), NOW), Err(AccessError::Signature));
}

#[test]
fn every_changed_character_is_noticed() {
    let keys = keys(&[SECRET]);
    let token = token(&keys);
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(keys.verify(&changed, NOW).is_err(), "{changed}");
    }
}

#[test]
fn claims_are_ours_or_nothing() {
    let keys = keys(&[SECRET]);
    let (header, claims) = parts(&token(&keys));
    // As the first part of a real token, byte for byte.
    let ours = token(&keys).split('.').next().unwrap().to_owned();
    let check = |change: &dyn Fn(&mut Value), expected: AccessError| {
        let mut changed = claims.clone();
        change(&mut changed);
        let message = format!("{ours}.{}", BASE64.encode(changed.to_string()));
        assert_eq!(keys.verify(&sign(&message, SECRET), NOW), Err(expected), "{changed}");
    };
    check(&|c| c["iss"] = json!("other"), AccessError::Claims);
    check(&|c| c["aud"] = json!("other"), AccessError::Claims);
    check(&|c| c["aud"] = json!(["captely-api", "other"]), AccessError::Claims);
    check(&|c| c["sub"] = json!("ses_00000000000000000000000000000007"), AccessError::Claims);
    check(&|c| c["exp"] = json!("1767323945"), AccessError::Claims);
    check(&|c| c["exp"] = json!(-1), AccessError::Claims);
    check(&|c| c["role"] = json!("admin"), AccessError::Claims);
    check(&|c| drop(c.as_object_mut().unwrap().remove("exp")), AccessError::Claims);
    check(&|c| c["exp"] = json!(0), AccessError::Expired);
    check(&|c| c["iat"] = json!(u64::MAX), AccessError::NotYet);
    // Two claims of one name must not be read as the one that suits.
    let (text, expiry) = (claims.to_string(), claims["exp"].as_u64().unwrap());
    let twice = text.replace("\"exp\"", &format!("\"exp\":{},\"exp\"", expiry + 1));
    let message = format!("{ours}.{}", BASE64.encode(twice));
    assert_eq!(keys.verify(&sign(&message, SECRET), NOW), Err(AccessError::Claims));
    assert_eq!(header["alg"], "HS256");
}

#[test]
fn what_is_no_token_at_all() {
    let keys = keys(&[SECRET]);
    for text in ["", ".", "..", "...", "a.b.c", "Bearer x", "ö.ä.ü"] {
        assert!(keys.verify(text, NOW).is_err(), "{text}");
    }
    let long = format!("{}{}", token(&keys), "A".repeat(TOKEN_BYTES_MAX));
    assert_eq!(keys.verify(&long, NOW), Err(AccessError::Malformed));
}

#[test]
fn keys_rotate() {
    let old = token(&keys(&[SECRET]));
    let both = keys(&[OTHER, SECRET]);
    assert!(both.verify(&old, NOW).is_ok() && both.verify(&token(&both), NOW).is_ok());
    assert_eq!(keys(&[OTHER]).verify(&old, NOW), Err(AccessError::Header));
    assert_eq!(keys(&[SECRET]).verify(&token(&both), NOW), Err(AccessError::Header));
}

#[test]
fn keys_come_from_the_encryption_keys() {
    let ring = |text: &str| Keyring::from_text(text, Arc::new(Chance::from_seed(1))).unwrap();
    let (old, new) = ("ab".repeat(32), "cd".repeat(32));
    let derived = |text: &str| AccessKeys::derived(&ring(text)).unwrap();
    let token = token(&derived(&old));
    assert!(derived(&format!("{new},{old}")).verify(&token, NOW).is_ok());
    assert!(derived(&new).verify(&token, NOW).is_err());
}

#[test]
fn weak_secrets_and_other_algorithms_are_refused() {
    let refused = |secrets: &[&str]| {
        let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::from(*text)).collect();
        AccessKeys::from_secrets(&secrets).unwrap_err().to_string()
    };
    let why = refused(&[SECRET, "hunter2"]);
    assert!(why.contains("number 2 has 7 bytes") && !why.contains("hunter2"), "{why}");
    assert!(refused(&[]).contains("there are 0"));
    assert!(refused(&[SECRET; 17]).contains("there are 17"));
    assert!(check_algorithm("HS256").is_ok());
    for other in ["none", "hs256", "RS256", ""] {
        assert!(check_algorithm(other).is_err(), "{other}");
    }
    let shown = format!("{:?}", keys(&[SECRET]));
    assert!(!shown.contains(SECRET), "{shown}");
}
