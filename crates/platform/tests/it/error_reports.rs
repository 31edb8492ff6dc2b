//! Errors and panics reach a Sentry on loopback, and nothing secret with them.

use captely_platform::secrets::Secret;
use captely_platform::telemetry::{ErrorReporting, Telemetry, TelemetryError, request_span};
use serde_json::Value;
use tracing::dispatcher::with_default;

use crate::receiver::{Loopback, Posted, clock};

fn telemetry(dsn: &str) -> Telemetry {
    let errors =
        ErrorReporting { dsn: dsn.into(), environment: "rehearsal".to_owned(), percent: 100 };
    Telemetry { filter: "off".to_owned(), errors: Some(errors), ..Telemetry::default() }
}

/// The event of an envelope: a header line, then a header line and a payload for each item.
fn event(posted: &Posted) -> Value {
    let lines: Vec<Value> = String::from_utf8(posted.body.clone())
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[1]["type"], "event", "{lines:?}");
    let id = lines[0]["event_id"].as_str().unwrap().replace('-', "");
    assert_eq!(lines[2]["event_id"], id);
    lines[2].clone()
}

#[test]
fn an_error_arrives_with_its_request_and_without_secrets() {
    let sentry = Loopback::start();
    let dsn = format!("http://publickey@{}/42", sentry.address);
    let (dispatch, guard) = telemetry(&dsn).build(&clock()).unwrap();
    let secret = Secret::from("hunter2");
    with_default(&dispatch, || {
        let span = request_span("req-7", "GET", "/api/contacts/{id}", None);
        let _entered = span.enter();
        tracing::warn!("a warning is not reported");
        tracing::error!(key = ?secret, password = "hunter2", attempt = 3, "the list cannot be read");
    });
    drop(guard);
    let posted = sentry.next();
    assert!(posted.head.starts_with("post /api/42/envelope/ "), "{}", posted.head);
    assert!(posted.head.contains("sentry_key=publickey"), "{}", posted.head);
    let event = event(&posted);
    assert_eq!(event["message"], "the list cannot be read");
    // an error is what the protocol takes an event for that names no level
    assert!(event.get("level").is_none_or(|level| level == "error"), "{event}");
    assert_eq!(event["release"], concat!("captely@", env!("CARGO_PKG_VERSION")));
    assert_eq!(event["environment"], "rehearsal");
    assert_eq!(event["tags"]["request_id"], "req-7");
    assert_eq!(event["extra"]["attempt"], 3);
    assert_eq!(event["extra"]["request.http.route"], "/api/contacts/{id}");
    assert_eq!(event["extra"]["password"], "***");
    assert!(event.get("server_name").is_none() && event.get("user").is_none(), "{event}");
    assert!(!String::from_utf8_lossy(&posted.body).contains("hunter2"));
    assert!(sentry.is_done(), "the warning was reported");
}

#[test]
fn a_dsn_that_is_none_is_refused_without_being_shown() {
    let refused = telemetry("https://host-without-key/42").build(&clock());
    let Err(error) = refused else { panic!("taken") };
    assert!(matches!(error, TelemetryError::Dsn), "{error}");
    assert!(!error.to_string().contains("host-without-key"), "{error}");
}

/// The only test here that sets up the whole process: it panics on purpose.
#[test]
fn a_panic_arrives_with_its_stack() {
    let sentry = Loopback::start();
    let folder = tempfile::tempdir().unwrap();
    let mut telemetry = telemetry(&format!("http://publickey@{}/42", sentry.address));
    telemetry.filter = "error".to_owned();
    telemetry.folder = Some(folder.path().to_owned());
    let guard = telemetry.init(&clock()).unwrap();
    let ended = std::thread::Builder::new()
        .name("unlucky".to_owned())
        .spawn(|| panic!("the sky has fallen"))
        .unwrap()
        .join();
    assert!(ended.is_err());
    let event = event(&sentry.next());
    let exception = &event["exception"]["values"][0];
    assert_eq!(event["level"], "fatal");
    assert_eq!(exception["value"], "the sky has fallen");
    let frames = exception["stacktrace"]["frames"].as_array().unwrap();
    assert!(!frames.is_empty(), "{event}");
    drop(guard);
    assert!(sentry.is_done(), "the panic was reported twice");
    let line = std::fs::read_to_string(folder.path().join("error.2026-01-05.log")).unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["level"], "CRITICAL");
    assert_eq!(line["message"], "the sky has fallen");
    assert_eq!(line["fields"]["thread"], "unlucky");
}
