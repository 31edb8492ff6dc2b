//! Whatever a provider sends, nothing panics and nothing unreadable passes for an answer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use captely_contact::Field;
use captely_providers::{Asked, Outcome, ProviderError, Ticket};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::loopback::{Given, Loopback, about_asha, asha, question};

const STATUSES: [u16; 14] = [200, 201, 202, 204, 301, 400, 401, 403, 404, 410, 422, 429, 451, 500];

/// Keys that the contracts know, so that random objects come near to real answers.
const KEYS: [&str; 41] = [
    "success",
    "error",
    "item",
    "items",
    "_id",
    "status",
    "results",
    "emails",
    "email",
    "certainty",
    "request_id",
    "data",
    "qualification",
    "custom_fields",
    "row",
    "score",
    "accept_all",
    "person",
    "verification",
    "organization",
    "primary_phone",
    "matches",
    "credits_consumed",
    "error_code",
    "webhook_result",
    "people",
    "phone_numbers",
    "sanitized_number",
    "type_cd",
    "errors",
    "sub_status",
    "did_you_mean",
    "catchall_domain",
    "free_email",
    "Credits",
    "valid",
    "validation_errors",
    "line_type_intelligence",
    "line_status",
    "carrier_name",
    "type",
];

const WORDS: [&str; 15] = [
    "DEBITED",
    "NONE",
    "ultra_sure",
    "nominative@pro",
    "valid",
    "result_pending",
    "mobile",
    "17",
    "lead-42",
    "a@example.com",
    "+919820000000",
    "unknown",
    "catch-all",
    "true",
    "",
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        prop::sample::select(WORDS.to_vec()).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ]
}

fn answer() -> impl Strategy<Value = Value> {
    let key = || prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned);
    leaf().prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key(), inner, 0..8).prop_map(|map| json!(map)),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        answer().prop_map(|value| value.to_string().into_bytes()),
        // A good answer with one byte changed, or cut.
        (0_usize..5, any::<prop::sample::Index>(), any::<u8>(), any::<bool>()).prop_map(damaged),
    ]
}

/// Any answer: mostly 200, mostly with a body that is nearly right.
pub(crate) fn given() -> impl Strategy<Value = Given> {
    let status = prop_oneof![3 => Just(200_u16), 1 => prop::sample::select(STATUSES.to_vec())];
    (status, body()).prop_map(|(status, body)| {
        // HTTP allows a 204 no body.
        let body = if status == 204 { Vec::new() } else { body };
        Given::new(status, body)
    })
}

fn damaged((which, at, byte, cut): (usize, prop::sample::Index, u8, bool)) -> Vec<u8> {
    let good = [
        json!({"success": true, "items": [{"_id": "17", "status": "DEBITED", "results":
            {"emails": [{"email": "a@example.com", "certainty": "sure"}]}}]}),
        json!({"data": {"email": "a@example.com", "score": 90}, "error": false, "success": true}),
        json!({"person": {"id": "1", "email": "a@example.com"}, "request_id": -5}),
        json!({"status": "valid", "sub_status": "", "data": {"status": "valid", "score": 90}}),
        json!({"valid": true, "line_status": {"status": "active", "error_code": null},
            "line_type_intelligence": {"type": "mobile", "carrier_name": "x"}}),
    ];
    let mut bytes = good[which].to_string().into_bytes();
    let at = at.index(bytes.len());
    if cut {
        bytes.truncate(at);
    } else {
        bytes[at] = byte;
    }
    bytes
}

fn outcomes_are_sound(outcomes: &[Option<Outcome>], what: &str) {
    for answer in outcomes.iter().flatten().flatten() {
        assert!(answer.charged.as_millis() >= 0, "{what}: {answer:?}");
        assert!(answer.said.chars().count() <= 400, "{what}: {answer:?}");
    }
}

fn error_is_short(error: &ProviderError, what: &str) {
    assert!(error.to_string().chars().count() < 300, "{what}: {error}");
}

async fn try_all(server: &Loopback, given: &Given) {
    let is_object = serde_json::from_slice::<Value>(&given.body).is_ok_and(|v| v.is_object());
    for name in captely_providers::names() {
        let client = server.client(name);
        let what = format!("{name} {} {:?}", given.status, String::from_utf8_lossy(&given.body));
        match client.ask(&[about_asha()]).await {
            Ok(Asked::Answered(outcomes)) => {
                let outcomes: Vec<_> = outcomes.into_iter().map(Some).collect();
                assert_eq!(outcomes.len(), 1, "{what}");
                outcomes_are_sound(&outcomes, &what);
                let answered = matches!(outcomes.as_slice(), [Some(Ok(_))]);
                assert!(is_object || !answered, "no answer can be read out of {what}");
            }
            Ok(Asked::Pending(tickets)) => assert_eq!(tickets.len(), 1, "{what}"),
            Err(error) => {
                error_is_short(&error, &what);
                if given.status == 200 && !is_object {
                    assert!(matches!(error, ProviderError::Garbled { .. }), "{what}: {error:?}");
                }
            }
        }
        let apollo =
            r#"17 {"p":"1","a":{"emails":[],"phones":[],"extras":[],"charged":0,"said":""}}"#;
        for texts in [vec!["17"], vec!["17", "18"], vec![apollo]] {
            let ticket = |text: &&str| Ticket {
                ticket: (*text).to_owned(),
                question: question("lead-42", asha(), &[Field::Email]),
            };
            let tickets: Vec<Ticket> = texts.iter().map(ticket).collect();
            match client.poll(&tickets).await {
                Ok(outcomes) => {
                    assert_eq!(outcomes.len(), tickets.len(), "{what}");
                    outcomes_are_sound(&outcomes, &what);
                }
                Err(error) => error_is_short(&error, &what),
            }
        }
        if let Err(error) = client.settle(&[about_asha()], Duration::from_mins(1), None).await {
            error_is_short(&error, &what);
        }
        if let Err(error) = client.check_key().await {
            error_is_short(&error, &what);
        }
    }
}

#[test]
fn any_bytes_make_an_error_or_a_sound_answer() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let current = Arc::new(Mutex::new(Given::new(200, "")));
    let served = current.clone();
    let server = runtime.block_on(Loopback::start(move |_| served.lock().unwrap().clone()));
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) };
    proptest!(config, |(given in given())| {
        *current.lock().unwrap() = given.clone();
        runtime.block_on(try_all(&server, &given));
    });
}
