//! A browser with a device that holds one passkey and counts its signatures, over JSON. Both the tests
//! of the ceremonies and those through HTTP have it.

use async_trait::async_trait;
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::Passkey as DeviceKey;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use reqwest::Url;
use serde::Serialize;
use serde::de::DeserializeOwned;
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

/// A browser on a page, with its device.
pub(crate) struct Device {
    pub(crate) key: Option<DeviceKey>,
    /// Where the page is from.
    pub(crate) origin: Url,
}

impl Default for Device {
    fn default() -> Self {
        Self { key: None, origin: Url::parse(SITE).unwrap() }
    }
}

impl Device {
    /// The same key once more.
    pub(crate) fn copy(&self) -> Self {
        Self { key: self.key.clone(), origin: self.origin.clone() }
    }

    fn device(&self) -> Authenticator<Option<DeviceKey>, Holder, RustCryptoBackend> {
        let id = Aaguid::new_empty();
        let mut device = Authenticator::new(id, self.key.clone(), Holder, RustCryptoBackend);
        device.set_make_credentials_with_signature_counter(true);
        device
    }

    /// A new key, by the options that the server gave.
    pub(crate) async fn make(&mut self, options: &impl Serialize) -> Value {
        let mut client = Client::new(self.device());
        let options = over_the_wire(options);
        let made = client.register(&self.origin, options, DefaultClientData).await.unwrap();
        self.key = client.authenticator().store().clone();
        serde_json::to_value(made).unwrap()
    }

    /// What the key says to a challenge.
    pub(crate) async fn answer(&mut self, options: &impl Serialize) -> Value {
        let mut client = Client::new(self.device());
        let options = over_the_wire(options);
        let made = client.authenticate(&self.origin, options, DefaultClientData).await.unwrap();
        self.key = client.authenticator().store().clone();
        serde_json::to_value(made).unwrap()
    }
}

/// What the other end reads of `value`.
pub(crate) fn over_the_wire<T: DeserializeOwned>(value: &impl Serialize) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}
