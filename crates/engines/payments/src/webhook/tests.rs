use proptest::prelude::*;

use super::*;

const SECRET: &str = "whsec_test_secret";
const SIGNED_S: i64 = 1_700_000_000;

/// The contract's vector: its body is an event without anything else, which is told only after the
/// signature was found to fit.
const VECTOR_BODY: &[u8] = br#"{"id":"evt_1","object":"event"}"#;
const VECTOR_SIGNATURE: &str = "0c8670ed117751cc551a20e35839447075c42800ea3cf3e8a2fbda99cd1e6edd";

const BODY: &[u8] =
    br#"{"id":"evt_1","object":"event","type":"a.b","created":1,"data":{"object":{}}}"#;

fn at(seconds: i64) -> Timestamp {
    read::from_seconds(seconds)
}

/// Made by its own means, so that a mistake of the check is not repeated here.
fn sign(secret: &str, time: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(&[time.as_bytes(), b".", body].concat());
    let digits =
        |byte: &u8| [byte >> 4, byte & 15].map(|d| char::from_digit(d.into(), 16).unwrap());
    mac.finalize().into_bytes().iter().flat_map(digits).collect()
}

fn signed(secret: &str) -> String {
    format!("t={SIGNED_S},v1={}", sign(secret, &SIGNED_S.to_string(), BODY))
}

fn said(header: &str, secrets: &[&str], now_s: i64) -> Result<Event, SignatureError> {
    let secrets: Vec<Key> = secrets.iter().map(|secret| Key::from(*secret)).collect();
    verify(header, BODY, &secrets, at(now_s), TOLERANCE)
}

#[test]
fn the_contracts_vector() {
    let header = format!("t={SIGNED_S},v1={VECTOR_SIGNATURE}");
    let check = |body| verify(&header, body, &[Key::from(SECRET)], at(SIGNED_S), TOLERANCE);
    let not_an_event = SignatureError::Unread(UnreadEvent::NotAnEvent { missing: "type" });
    assert_eq!(check(VECTOR_BODY), Err(not_an_event), "the signature fits");
    assert_eq!(check(br#"{"id":"evt_2","object":"event"}"#), Err(SignatureError::Mismatch));
}

#[test]
fn any_of_several_signatures_and_secrets() {
    let good = sign(SECRET, &SIGNED_S.to_string(), BODY);
    let bad = "0".repeat(64);
    for header in [
        format!("t={SIGNED_S},v1={good}"),
        format!("t={SIGNED_S},v1={bad},v1={good},v0={bad}"),
        format!("v1={good},t={SIGNED_S}"),
        format!("t={SIGNED_S}, v1={}", good.to_uppercase()),
        format!("t={SIGNED_S},v1=short,v1={good},,x,v2=y=z"),
    ] {
        assert_eq!(said(&header, &[SECRET], SIGNED_S).unwrap().id, "evt_1", "{header}");
        assert!(said(&header, &["whsec_old", "", SECRET], SIGNED_S).is_ok(), "{header}");
    }
    assert_eq!(said(&signed(SECRET), &["whsec_old"], SIGNED_S), Err(SignatureError::Mismatch));
    assert_eq!(said(&signed(SECRET), &[], SIGNED_S), Err(SignatureError::NoSecret));
    assert_eq!(said(&signed(""), &[""], SIGNED_S), Err(SignatureError::NoSecret));
}

#[test]
fn time_is_bound_to_both_sides() {
    for ok in [0, 300, -300] {
        assert!(said(&signed(SECRET), &[SECRET], SIGNED_S + ok).is_ok(), "{ok}");
    }
    let allowed = TOLERANCE;
    let age = Duration::from_secs(301);
    let too_old = Err(SignatureError::TooOld { age, allowed });
    assert_eq!(said(&signed(SECRET), &[SECRET], SIGNED_S + 301), too_old);
    let too_new = Err(SignatureError::TooNew { ahead: age, allowed });
    assert_eq!(said(&signed(SECRET), &[SECRET], SIGNED_S - 301), too_new);
    // Fractions of our second do not count.
    let now = at(SIGNED_S + 300).plus(Duration::from_millis(999));
    assert!(verify(&signed(SECRET), BODY, &[Key::from(SECRET)], now, allowed).is_ok());
    // Another time than the one that was signed.
    let moved = signed(SECRET).replace(&SIGNED_S.to_string(), &(SIGNED_S + 200).to_string());
    assert_eq!(said(&moved, &[SECRET], SIGNED_S + 301), Err(SignatureError::Mismatch));
}

#[test]
fn headers_that_cannot_be_read() {
    let good = sign(SECRET, &SIGNED_S.to_string(), BODY);
    for header in [
        String::new(),
        "nonsense".to_owned(),
        format!("v1={good}"),
        format!("t={SIGNED_S}"),
        format!("t={SIGNED_S},v0={good}"),
        format!("t={SIGNED_S},v1={}", good.split_at(62).0),
        format!("t={SIGNED_S},v1={good}0"),
        format!("t=,v1={good}"),
        format!("t=+{SIGNED_S},v1={good}"),
        format!("t=-1,v1={good}"),
        format!("t=99999999999999999999,v1={good}"),
        format!("t={SIGNED_S},t={SIGNED_S},v1={good}"),
        format!("t={SIGNED_S},v1={good},x={}", "y".repeat(5_000)),
    ] {
        let why = said(&header, &[SECRET], SIGNED_S);
        assert!(matches!(why, Err(SignatureError::Header(_))), "{header}: {why:?}");
    }
    let flood = format!("t={SIGNED_S}{},v1={good}", format!(",v1={}", "0".repeat(64)).repeat(16));
    assert_eq!(said(&flood, &[SECRET], SIGNED_S), Err(SignatureError::Mismatch));
    let large = vec![b' '; BODY_BYTES_MAX + 1];
    let why = verify(&signed(SECRET), &large, &[Key::from(SECRET)], at(SIGNED_S), TOLERANCE);
    assert_eq!(why, Err(SignatureError::BodyTooLarge));
}

proptest! {
    #[test]
    fn any_header_is_refused_or_read(header in "\\PC{0,300}", body in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(verify(&header, &body, &[Key::from(SECRET)], at(SIGNED_S), TOLERANCE).is_err());
    }

    #[test]
    fn headers_that_look_right_are_not_taken(
        time in "[0-9]{0,20}", signatures in prop::collection::vec("[0-9a-fA-F]{60,66}", 0..20),
    ) {
        let header = format!("t={time},v1={}", signatures.join(",v1="));
        prop_assert!(verify(&header, BODY, &[Key::from(SECRET)], at(SIGNED_S), TOLERANCE).is_err());
    }

    #[test]
    fn what_is_signed_is_taken(secret in "whsec_[!-~]{1,60}", seconds in 0_i64..4_000_000_000, drift in -300_i64..=300) {
        let header = format!("t={seconds},v1={}", sign(&secret, &seconds.to_string(), BODY));
        let now = at(seconds + drift);
        prop_assert!(verify(&header, BODY, &[Key::from(secret)], now, TOLERANCE).is_ok());
    }
}
