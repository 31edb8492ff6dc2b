//! The credentials of checkers: sent as their contracts say and seen nowhere else.

use std::sync::{Arc, Mutex};

use captely_providers::{CheckerSettings, Key, ProviderError, SetupError, checker, checker_names};
use serde_json::json;

use crate::checks::{Client, settings};
use crate::loopback::{Given, KEY, Loopback, SECRET, http};

/// A checker that repeats every credential in all its words, in different places, forms and cases.
fn telltale(name: &str, status: u16) -> Given {
    let form = if name == "twilio-lookup" { BASIC } else { KEY };
    let all = format!("{} {SECRET} {form}", KEY.to_uppercase());
    let body = json!({"error": all, "message": all, "status": all, "sub_status": all, "valid": false,
        "validation_errors": [all], "errors": [{"id": all, "details": all}],
        "data": {"status": all}});
    Given::new(status, body.to_string())
}

/// RFC 7617 of [`KEY`] and [`SECRET`].
const BASIC: &str = "azN5LU9GLXRoZS1BY2NvdW50LTlmOGU3ZDpzM2NyZXQtb2YtdGhlLWFjY291bnQtMWEyYjNj";

fn has_secret(text: &str) -> bool {
    let text = text.to_lowercase();
    [KEY, SECRET, BASIC].iter().any(|secret| text.contains(&secret.to_lowercase()))
}

#[tokio::test]
async fn credentials_stay_out_of_findings_and_errors() {
    let statuses = [200, 202, 400, 401, 402, 403, 404, 409, 422, 429, 451, 500, 502, 503];
    for name in checker_names() {
        for status in statuses {
            let server = Loopback::start(move |_| telltale(name, status)).await;
            let client = Client::of(name, &server, &settings(&server));
            let shown = format!("{:?}\n{:?}", client.check().await, client.check_key().await);
            assert!(!has_secret(&shown), "{name} {status}: {shown}");
            for call in server.calls() {
                let in_query = name == "zerobounce" && call.path.contains("api_key=");
                assert!(in_query || !has_secret(&call.path), "{name}: {}", call.path);
            }
        }
    }
    let both = CheckerSettings { secret: Some(Key::from(SECRET)), ..CheckerSettings::new(KEY) };
    assert!(!has_secret(&format!("{both:?}")), "{both:?}");
}

/// A key travels in a query with percent signs, and can come back so.
#[tokio::test]
async fn a_key_as_a_query_writes_it_is_cleaned_out_too() {
    let words = json!({"error": "api key a%2Bk%C3%A9y%3D and a+kéy= are unknown"});
    let server = Loopback::start(move |_| Given::json(&words)).await;
    let settings = CheckerSettings { key: Key::from("a+kéy="), ..settings(&server) };
    let client = Client::of("zerobounce", &server, &settings);
    let error = client.check().await.unwrap_err();
    assert_eq!(error.to_string(), "refused the key: api key [key] and [key] are unknown");
    assert!(server.calls()[0].path.ends_with("&api_key=a%2Bk%C3%A9y%3D"));
}

/// A key in a query is in every address; no line may show one, down to the finest level.
#[tokio::test(flavor = "current_thread")]
async fn credentials_stay_out_of_logs() {
    let written: Arc<Mutex<Vec<u8>>> = Arc::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(Lines(written.clone()))
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    tracing::trace!("the test can see lines");
    for name in checker_names() {
        let server = Loopback::start(move |_| telltale(name, 200)).await;
        let client = Client::of(name, &server, &settings(&server));
        drop(client.check().await);
        let nobody =
            CheckerSettings { base: Some("http://127.0.0.1:1".to_owned()), ..settings(&server) };
        let error = Client::of(name, &server, &nobody).check().await.unwrap_err();
        assert!(matches!(error, ProviderError::Unreachable { .. }), "{error:?}");
        tracing::info!(%error, ?error, "As a run would write it");
    }
    let lines = String::from_utf8(written.lock().unwrap().clone()).unwrap();
    assert!(lines.contains("the test can see lines") && lines.contains("As a run"), "{lines}");
    assert!(!has_secret(&lines) && !lines.contains("api_key"), "{lines}");
}

#[derive(Clone)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl tracing_subscriber::fmt::MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[test]
fn a_credential_that_cannot_be_sent_is_told_without_showing_it() {
    let odd = || Key::from("two\nlines-of-secret");
    for name in checker_names() {
        let settings = CheckerSettings { key: odd(), secret: Some(odd()), ..Default::default() };
        let Err(error) = checker(name, http(), &settings) else { panic!("{name} took the key") };
        assert_eq!(error, SetupError::BadKey { provider: name });
        assert!(!format!("{error} {error:?}").contains("lines-of-secret"));
    }
}
