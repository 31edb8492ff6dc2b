//! The list of providers and their sheets.

use captely_contact::{Credits, Field, Usd};
use captely_providers::{Key, ProviderSettings, SetupError};

use crate::loopback::http;

#[test]
fn every_name_has_a_sheet_and_a_client() {
    for name in captely_providers::names() {
        let sheet = captely_providers::sheet(name).unwrap();
        assert_eq!(sheet.name, name);
        let client =
            captely_providers::client(name, http(), &ProviderSettings::new("key")).unwrap();
        assert_eq!(client.sheet().name, name);
        assert!(sheet.helps(&[Field::Email]) && sheet.questions_per_call >= 1);
        assert!(sheet.tickets_per_poll >= 1 && sheet.poll_for > sheet.poll_every);
    }
    assert!(captely_providers::sheet("nobody").is_none());
    let Err(error) = captely_providers::client("nobody", http(), &ProviderSettings::new("key"))
    else {
        panic!("there is no such provider")
    };
    assert_eq!(
        error.to_string(),
        "there is no provider \"nobody\"; providers are icypeas, dropcontact, hunter, apollo"
    );
}

#[test]
fn a_missing_key_names_its_variable() {
    for (name, variable) in [
        ("icypeas", "ICYPEAS_API_KEY"),
        ("dropcontact", "DROPCONTACT_API_KEY"),
        ("hunter", "HUNTER_API_KEY"),
        ("apollo", "APOLLO_API_KEY"),
    ] {
        let Err(error) = captely_providers::client(name, http(), &ProviderSettings::new(" "))
        else {
            panic!("{name} needs a key")
        };
        assert_eq!(error, SetupError::NoKey { provider: name, variable });
    }
}

#[test]
fn settings_replace_the_sheets_defaults() {
    let settings = ProviderSettings {
        usd_per_credit: Some(Usd::micros(1)),
        calls_per_minute: Some(7),
        polls_per_minute: Some(8),
        ..ProviderSettings::new("key")
    };
    let client = captely_providers::client("icypeas", http(), &settings).unwrap();
    let sheet = client.sheet();
    assert_eq!(
        (sheet.usd_per_credit, sheet.calls_per_minute, sheet.polls_per_minute),
        (Usd::micros(1), 7, Some(8))
    );
}

#[test]
fn apollo_gives_phones_only_where_it_can_deliver_them() {
    let of = |webhook: Option<&str>| {
        let webhook_url = webhook.map(Key::from);
        let settings = ProviderSettings { webhook_url, ..ProviderSettings::new("key") };
        captely_providers::client("apollo", http(), &settings)
    };
    let without = of(None).unwrap();
    assert!(!without.sheet().helps(&[Field::Phone]));
    assert_eq!(without.sheet().credits_max(&[Field::Email, Field::Phone]), Credits::whole(1));
    let with = of(Some("https://hook.example/a")).unwrap();
    assert_eq!(with.sheet().credits_max(&[Field::Email, Field::Phone]), Credits::whole(9));
    assert!(matches!(of(Some("http://hook.example/a")), Err(SetupError::BadWebhook { .. })));
}
