//! A browser with a device that holds one passkey and counts its signatures, over JSON.

use async_trait::async_trait;
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::Passkey as DeviceKey;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use reqwest::Url;
use serde_json::Value;

/// Where passkeys of these tests are at home.
pub(crate) const SITE: &str = "https://app.example.com";

/// Somebody who touches the device whenever asked.
struct Holder;

#[async_trait]
impl UserValidationMethod for Holder {
    type PasskeyItem = DeviceKey;

    async fn check_user<'a>(
        &self,
        _hint: UiHint<'a, DeviceKey>,
        _presence: bool,
        _verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence: true, verification: true })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

#[derive(Default)]
pub(crate) struct Device {
    key: Option<DeviceKey>,
}

impl Device {
    /// The same key once more.
    pub(crate) fn copy(&self) -> Self {
        Self { key: self.key.clone() }
    }

    fn device(&self) -> Authenticator<Option<DeviceKey>, Holder, RustCryptoBackend> {
        let id = Aaguid::new_empty();
        let mut device = Authenticator::new(id, self.key.clone(), Holder, RustCryptoBackend);
        device.set_make_credentials_with_signature_counter(true);
        device
    }

    pub(crate) async fn make(&mut self, options: &Value) -> Value {
        let mut client = Client::new(self.device());
        let options = serde_json::from_value(options.clone()).unwrap();
        let site = Url::parse(SITE).unwrap();
        let made = client.register(&site, options, DefaultClientData).await.unwrap();
        self.key = client.authenticator().store().clone();
        serde_json::to_value(made).unwrap()
    }

    pub(crate) async fn answer(&mut self, options: &Value) -> Value {
        let mut client = Client::new(self.device());
        let options = serde_json::from_value(options.clone()).unwrap();
        let site = Url::parse(SITE).unwrap();
        let made = client.authenticate(&site, options, DefaultClientData).await.unwrap();
        self.key = client.authenticator().store().clone();
        serde_json::to_value(made).unwrap()
    }
}
