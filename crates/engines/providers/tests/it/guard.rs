//! Private addresses are out of reach, by number and by name.

use std::time::Duration;

use captely_providers::{Http, HttpConfig, ProviderError, ProviderSettings, SetupError};
use tokio::net::TcpListener;

use crate::loopback::about_asha;

fn guarded() -> Http {
    let config = HttpConfig { connect_timeout: Duration::from_secs(2), ..HttpConfig::default() };
    Http::new(&config).unwrap()
}

#[test]
fn addresses_are_refused_when_the_client_is_made() {
    for base in [
        "https://127.0.0.1:8080",
        "https://[::1]/v2",
        "https://169.254.169.254",
        "http://api.example.com",
        "nonsense",
    ] {
        for name in captely_providers::names() {
            let settings =
                ProviderSettings { base: Some(base.to_owned()), ..ProviderSettings::new("key") };
            let made = captely_providers::client(name, guarded(), &settings);
            assert!(matches!(made, Err(SetupError::BadBase { .. })), "{name} at {base}");
        }
    }
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_refused_and_not_called() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let settings = ProviderSettings {
        base: Some(format!("https://localhost:{port}/v2")),
        ..ProviderSettings::new("key")
    };
    let hunter = captely_providers::client("hunter", guarded(), &settings).unwrap();
    let error = hunter.ask(&[about_asha()]).await.unwrap_err();
    let ProviderError::Guarded { detail } = &error else { panic!("{error:?}") };
    assert!(detail.contains("localhost leads to"), "{detail}");
    assert!(error.drops_provider() && !error.in_doubt());
    let knocked = tokio::time::timeout(Duration::from_millis(100), listener.accept()).await;
    assert!(knocked.is_err(), "a connection was made");
}
