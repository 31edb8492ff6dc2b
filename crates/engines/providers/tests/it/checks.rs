//! The checkers: every file in their folders of `fixtures/` is one exchange, and what holds of all.

use std::sync::{Arc, Mutex};

use captely_contact::{Credits, E164, EmailAddress, Field, Usd};
use captely_providers::{
    Checked, CheckerSettings, EmailChecker, Key, PhoneChecker, ProviderError, SetupError, checker,
    checker_names, checker_sheet, email_checker, phone_checker,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::garbage;
use crate::loopback::{Given, KEY, Loopback, SECRET, http};
use crate::script::{self, Call, shown_error};

/// What every checker must have been tried with.
const REQUIRED: [&str; 9] = [
    "bad_question",
    "check_key",
    "check_key_refused",
    "failed",
    "garbled",
    "gateway_lost_it",
    "key_refused",
    "rate_limited",
    "valid",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// Which words of the contract this is about.
    about: String,
    #[serde(default)]
    line_status: bool,
    /// `check` is repeated until the script is used up; `check_key` is done once.
    #[serde(default = "check")]
    act: String,
    calls: Vec<Call>,
    outcome: Value,
}

fn check() -> String {
    "check".to_owned()
}

fn address() -> EmailAddress {
    "asha.rao@example-mills.in".parse().unwrap()
}

fn number() -> E164 {
    "+919820000000".parse().unwrap()
}

pub(crate) fn settings(server: &Loopback) -> CheckerSettings {
    CheckerSettings {
        base: Some(format!("http://{}", server.at)),
        secret: Some(Key::from(SECRET)),
        ..CheckerSettings::new(KEY)
    }
}

/// A client that checks what its sheet says it checks.
pub(crate) enum Client {
    Email(Box<dyn EmailChecker>),
    Phone(Box<dyn PhoneChecker>),
}

impl Client {
    pub(crate) fn of(name: &str, server: &Loopback, settings: &CheckerSettings) -> Self {
        let http = server.http.clone();
        match checker_sheet(name).unwrap().checks {
            Field::Email => Self::Email(email_checker(name, http, settings).unwrap()),
            _ => Self::Phone(phone_checker(name, http, settings).unwrap()),
        }
    }

    pub(crate) async fn check(&self) -> Result<Value, ProviderError> {
        match self {
            Self::Email(client) => Ok(shown(client.check_email(&address()).await?)),
            Self::Phone(client) => Ok(shown(client.check_phone(&number()).await?)),
        }
    }

    pub(crate) async fn check_key(&self) -> Result<Option<i64>, ProviderError> {
        match self {
            Self::Email(client) => client.check_key().await,
            Self::Phone(client) => client.check_key().await,
        }
    }
}

fn shown<T: Serialize>(checked: Checked<T>) -> Value {
    match checked {
        Checked::Pending => json!("pending"),
        Checked::Done(found) => json!({ "found": found }),
    }
}

#[test]
fn every_checker_has_every_required_case() {
    for name in checker_names() {
        script::has_cases(name, &REQUIRED);
    }
}

#[tokio::test]
async fn every_checker_as_in_its_fixtures() {
    for name in checker_names() {
        for case in script::cases(name) {
            run(name, &format!("{name}/{case}"), script::read(name, &case)).await;
        }
    }
}

async fn run(name: &str, case: &str, fixture: Fixture) {
    assert!(!fixture.about.is_empty(), "{case}: say what it is about");
    let server = script::serve(&fixture.calls).await;
    let settings = CheckerSettings { line_status: fixture.line_status, ..settings(&server) };
    let client = Client::of(name, &server, &settings);
    let shown = |result: Result<Value, ProviderError>| result.unwrap_or_else(|e| shown_error(&e));
    let outcome = if fixture.act == "check_key" {
        shown(client.check_key().await.map(|credits| json!({ "credits": credits })))
    } else {
        assert_eq!(fixture.act, "check", "{case}: there is no such act");
        let mut outcome = shown(client.check().await);
        while outcome == json!("pending") && server.calls().len() < fixture.calls.len() {
            outcome = shown(client.check().await);
        }
        outcome
    };
    script::check_calls(case, &fixture.calls, &server);
    assert_eq!(outcome, fixture.outcome, "{case}");
}

#[test]
fn every_name_has_a_sheet_and_a_client() {
    for name in checker_names() {
        let sheet = checker_sheet(name).unwrap();
        assert_eq!(sheet.name, name);
        let settings = CheckerSettings {
            secret: Some(Key::from("secret")),
            usd_per_credit: Some(Usd::micros(1)),
            calls_per_minute: Some(7),
            ..CheckerSettings::new("key")
        };
        let client = checker(name, http(), &settings).unwrap();
        let own = client.sheet();
        let limits = (own.usd_per_credit, own.calls_per_minute);
        assert_eq!((own.name, limits), (name, (Usd::micros(1), 7)));
        let right = email_checker(name, http(), &settings).is_ok();
        assert_eq!(right, sheet.checks == Field::Email, "{name}");
        assert_eq!(phone_checker(name, http(), &settings).is_ok(), !right, "{name}");
    }
    assert!(checker_sheet("hunter").is_none());
    let Err(error) = checker("hunter", http(), &CheckerSettings::new("key")) else {
        panic!("there is no such checker")
    };
    assert_eq!(
        error.to_string(),
        "there is no checker of that kind named \"hunter\"; checkers are zerobounce, \
         hunter-verifier, twilio-lookup"
    );
}

#[test]
fn a_missing_credential_names_its_variable() {
    let missing = |name, key: &str| checker(name, http(), &CheckerSettings::new(key)).err();
    for (name, key, variable) in [
        ("zerobounce", "", "ZEROBOUNCE_API_KEY"),
        ("hunter-verifier", "", "HUNTER_API_KEY"),
        ("twilio-lookup", "", "TWILIO_API_KEY_SID"),
        ("twilio-lookup", "SK1", "TWILIO_API_KEY_SECRET"),
    ] {
        assert_eq!(missing(name, key), Some(SetupError::NoKey { provider: name, variable }));
    }
}

#[test]
fn asking_the_network_costs_a_second_package() {
    let of = |line_status| {
        let secret = Some(Key::from("secret"));
        let settings = CheckerSettings { secret, line_status, ..CheckerSettings::new("SK1") };
        phone_checker("twilio-lookup", http(), &settings).unwrap().sheet().credits_max
    };
    assert_eq!((of(false), of(true)), (Credits::whole(1), Credits::whole(2)));
}

#[test]
fn any_bytes_make_an_error_or_a_sound_finding() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let current = Arc::new(Mutex::new(Given::new(200, "")));
    let served = current.clone();
    let server = runtime.block_on(Loopback::start(move |_| served.lock().unwrap().clone()));
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) };
    proptest!(config, |(given in garbage::given())| {
        *current.lock().unwrap() = given.clone();
        runtime.block_on(try_all(&server, &given));
    });
}

async fn try_all(server: &Loopback, given: &Given) {
    let is_object = serde_json::from_slice::<Value>(&given.body).is_ok_and(|v| v.is_object());
    for name in checker_names() {
        let client = Client::of(name, server, &settings(server));
        let what = format!("{name} {} {:?}", given.status, String::from_utf8_lossy(&given.body));
        let checked = client.check().await;
        if given.status == 200 && !is_object {
            assert!(matches!(checked, Err(ProviderError::Garbled { .. })), "{what}: {checked:?}");
        }
        match checked {
            Ok(Value::String(_pending)) => assert_eq!(given.status, 202, "{what}"),
            Ok(found) => {
                assert!(is_object, "nothing can be read out of {what}");
                let charged = found["found"]["charged"].as_i64().unwrap();
                assert!((0..=2_000).contains(&charged), "{what}");
                assert!(found["found"]["said"].as_str().unwrap().chars().count() <= 200, "{what}");
            }
            Err(error) => assert!(error.to_string().chars().count() < 300, "{what}: {error}"),
        }
        if let Err(error) = client.check_key().await {
            assert!(error.to_string().chars().count() < 300, "{what}: {error}");
        }
    }
}
