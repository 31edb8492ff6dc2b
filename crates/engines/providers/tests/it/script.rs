//! What the fixtures of providers and of checkers have in common: files, calls and their answers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use captely_providers::ProviderError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::loopback::{Given, KEY, Loopback};

/// One call that must be made, and the answer given to it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    request: Request,
    reply: Reply,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    method: String,
    /// Path and query; `{key}` stands for the key.
    path: String,
    /// The header that must carry the key, where one does.
    key_header: Option<String>,
    /// What that header must say, where that is more than the key.
    key_value: Option<String>,
    body: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    json: Option<Value>,
    text: Option<String>,
}

fn folder(provider: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(provider)
}

/// The names of a provider's fixtures.
pub(crate) fn cases(provider: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder(provider)).unwrap();
    let name = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    files.map(|file| name(file.unwrap().path())).collect()
}

pub(crate) fn has_cases(provider: &str, required: &[&str]) {
    let cases = cases(provider);
    let missing: Vec<_> = required.iter().filter(|case| !cases.contains(**case)).collect();
    assert!(missing.is_empty(), "write fixtures/{provider}/: {missing:?}");
}

pub(crate) fn read<T: DeserializeOwned>(provider: &str, case: &str) -> T {
    let text = std::fs::read_to_string(folder(provider).join(format!("{case}.json"))).unwrap();
    serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("fixtures/{provider}/{case}.json: {error}"))
}

/// A server that gives the answers in their order.
pub(crate) async fn serve(calls: &[Call]) -> Loopback {
    Loopback::scripted(calls.iter().map(given).collect()).await
}

fn given(call: &Call) -> Given {
    let body = match (&call.reply.json, &call.reply.text) {
        (Some(json), None) => json.to_string(),
        (None, Some(text)) => text.clone(),
        _ => panic!("a reply has either json or text"),
    };
    let mut given = Given::new(call.reply.status, body);
    given.headers = call.reply.headers.clone().into_iter().collect();
    given
}

/// The calls that came in are those that must be made, and no others.
pub(crate) fn check_calls(case: &str, expected: &[Call], server: &Loopback) {
    let calls = server.calls();
    assert_eq!(calls.len(), expected.len(), "{case}: number of calls: {calls:?}");
    for (made, Call { request, .. }) in calls.iter().zip(expected) {
        let path = request.path.replace("{key}", KEY);
        assert_eq!((&made.method, &made.path), (&request.method, &path), "{case}");
        match &request.key_header {
            Some(header) => {
                let value = request.key_value.as_deref().unwrap_or(KEY);
                assert_eq!(made.header(header), Some(value), "{case}: the key's header");
            }
            None => assert!(request.path.contains("{key}"), "{case}: where is the key?"),
        }
        assert_eq!(made.header("accept"), Some("application/json"), "{case}");
        match &request.body {
            Some(body) => {
                assert_eq!(&made.json(), body, "{case}: body");
                assert_eq!(made.header("content-type"), Some("application/json"), "{case}");
            }
            None => assert!(made.body.is_empty(), "{case}: no body is due"),
        }
    }
}

pub(crate) fn shown_error(error: &ProviderError) -> Value {
    use ProviderError as E;
    match error {
        E::RateLimited { after } => {
            json!({"error": "rate_limited", "after_s": after.map(|a| a.as_secs())})
        }
        E::OutOfCredits => json!({"error": "out_of_credits"}),
        E::KeyRefused { detail } => json!({"error": "key_refused", "detail": detail}),
        E::NotInPlan { detail } => json!({"error": "not_in_plan", "detail": detail}),
        E::BadQuestion { detail } => json!({"error": "bad_question", "detail": detail}),
        E::PersonRefused => json!({"error": "person_refused"}),
        E::Failed { status, detail } => {
            json!({"error": "failed", "status": status, "detail": detail})
        }
        E::Unreachable { .. } => json!({"error": "unreachable"}),
        E::NoAnswer { detail } => json!({"error": "no_answer", "detail": detail}),
        E::Garbled { detail } => json!({"error": "garbled", "detail": detail}),
        E::Guarded { .. } => json!({"error": "guarded"}),
    }
}
