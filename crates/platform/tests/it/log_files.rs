//! What is written into log files, and what is not.

use captely_platform::secrets::Secret;
use captely_platform::telemetry::{HTTP_TARGET, Telemetry, request_span};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tracing::dispatcher::with_default;

use crate::receiver::clock;

fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(format!("{name}.2026-01-05.log"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn logged(filter: &str, work: impl FnOnce()) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let telemetry = Telemetry {
        filter: filter.to_owned(),
        folder: Some(folder.path().to_owned()),
        ..Telemetry::default()
    };
    let (dispatch, _guard) = telemetry.build(&clock()).unwrap();
    with_default(&dispatch, work);
    folder
}

fn messages(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["message"].as_str().unwrap()).collect()
}

#[test]
fn each_line_goes_where_it_belongs() {
    let folder = logged("warn", || {
        let span = request_span("req-7", "GET", "/api/contacts/{id}", None);
        let _entered = span.enter();
        tracing::info!("not asked for");
        tracing::info!(target: HTTP_TARGET, status = 200, "answered");
        tracing::warn!("odd");
        tracing::error!("broken");
    });
    let (app, error, api) =
        (lines(folder.path(), "app"), lines(folder.path(), "error"), lines(folder.path(), "api"));
    assert_eq!(messages(&app), ["answered", "odd", "broken"]);
    assert_eq!(messages(&error), ["broken"]);
    assert_eq!(messages(&api), ["answered"]);
    let levels: Vec<_> = app.iter().map(|line| &line["level"]).collect();
    assert_eq!(levels, ["INFO", "WARNING", "ERROR"]);
    let expected = json!({
        "time": "2026-01-05T09:00:00.000000Z",
        "level": "INFO",
        "target": "captely::http",
        "message": "answered",
        "request_id": "req-7",
        "fields": {"status": 200},
        "spans": [{
            "name": "request",
            "http.request.method": "GET",
            "http.route": "/api/contacts/{id}",
        }],
    });
    assert_eq!(api[0], expected);
}

#[test]
fn requests_are_left_out_where_the_filter_says_so() {
    let folder = logged("warn,captely::http=off", || {
        tracing::info!(target: HTTP_TARGET, "answered");
        tracing::warn!("odd");
    });
    assert_eq!(messages(&lines(folder.path(), "app")), ["odd"]);
    assert!(lines(folder.path(), "api").is_empty());
}

#[test]
fn secrets_are_in_no_line() {
    let secret = Secret::from("hunter2");
    let folder = logged("trace", || {
        let span = tracing::info_span!("sign_in", token = "hunter2", key = %secret);
        let _entered = span.enter();
        tracing::error!(?secret, key = %secret, new_password = "hunter2", Cookie = "id=hunter2", "{secret}");
    });
    let path = folder.path().join("error.2026-01-05.log");
    assert!(!fs::read_to_string(path).unwrap().contains("hunter2"));
    let line = &lines(folder.path(), "error")[0];
    assert_eq!(line["message"], "***");
    assert_eq!(line["fields"]["key"], "***");
    assert_eq!(line["fields"]["new_password"], "***");
    assert_eq!(line["spans"][0]["token"], "***");
}

#[test]
fn a_line_break_in_a_field_stays_in_its_line() {
    let folder = logged("warn", || tracing::warn!(path = "/a\n{\"level\":\"ERROR\"}", "odd\nline"));
    assert_eq!(messages(&lines(folder.path(), "app")), ["odd\nline"]);
}
