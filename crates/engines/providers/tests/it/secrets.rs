//! A key is sent in its header and seen nowhere else.

use std::time::Duration;

use captely_providers::{Key, ProviderSettings, SetupError, Ticket};

use crate::loopback::{Given, KEY, Loopback, SECRET, about_asha, http};

const HOOK: &str = "https://hook.example/unguessable-77aa";

/// A provider that repeats every credential in all its words, in different places and cases.
fn telltale(status: u16) -> Given {
    let all = format!("{KEY} {} {SECRET} {HOOK}", KEY.to_uppercase());
    let body = serde_json::json!({"success": false, "error": true, "reason": all, "message": all,
        "errors": [{"id": all, "details": all}], "detail": all, "data": {"email": [all]},
        "person": all});
    Given::new(status, body.to_string())
}

fn has_secret(text: &str) -> bool {
    let text = text.to_lowercase();
    [KEY, SECRET, HOOK].iter().any(|secret| text.contains(&secret.to_lowercase()))
}

#[tokio::test]
async fn credentials_stay_out_of_errors_and_urls() {
    let statuses = [200, 202, 400, 401, 402, 403, 404, 409, 410, 422, 429, 451, 500, 502, 503];
    for name in captely_providers::names() {
        for status in statuses {
            let server = Loopback::start(move |_| telltale(status)).await;
            let mut settings = server.settings();
            settings.webhook_url = Some(Key::from(HOOK));
            let client = captely_providers::client(name, server.http.clone(), &settings).unwrap();
            let ticket = Ticket { ticket: "17".to_owned(), question: about_asha() };
            let shown = [
                format!("{:?}", client.ask(&[about_asha()]).await),
                format!("{:?}", client.poll(&[ticket]).await),
                format!("{:?}", client.settle(&[about_asha()], Duration::from_mins(1), None).await),
                format!("{:?}", client.check_key().await),
            ]
            .join("\n");
            assert!(!has_secret(&shown), "{name} {status}: {shown}");
            for call in server.calls() {
                assert!(!call.path.contains(KEY), "{name}: {}", call.path);
            }
        }
    }
}

#[test]
fn debug_hides_credentials() {
    let settings = ProviderSettings {
        secret: Some(Key::from(SECRET)),
        webhook_url: Some(Key::from(HOOK)),
        ..ProviderSettings::new(KEY)
    };
    let shown = format!("{settings:?} {:#?}", settings.clone());
    assert!(!has_secret(&shown), "{shown}");
    assert!(shown.contains("Key(hidden)"));
}

#[test]
fn a_key_that_cannot_be_sent_is_told_without_showing_it() {
    let settings = ProviderSettings::new("two\nlines-of-secret");
    for name in captely_providers::names() {
        let Err(error) = captely_providers::client(name, http(), &settings) else {
            panic!("{name} took the key");
        };
        assert!(matches!(error, SetupError::BadKey { .. }));
        assert!(!format!("{error} {error:?}").contains("lines-of-secret"));
    }
}
