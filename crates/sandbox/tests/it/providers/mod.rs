//! The providers' APIs over real HTTP.

mod apollo;
mod control;
mod dropcontact;
mod faults;
mod hunter;
mod icypeas;
mod resend;
mod speed;
mod twilio;
mod wrong_client;
mod zerobounce;

use captely_sandbox::world::{Company, Person};
use captely_sandbox::{Conduct, Provider, ProviderCalls, Sandbox, Settings};
use serde_json::Value;
use std::sync::Arc;

/// A running sandbox and a client for it.
pub(crate) struct House {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: reqwest::Client,
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl House {
    pub(crate) async fn new(conduct: Conduct) -> Self {
        Self::with(Settings { conduct, people: 3_000, seed: 42, ..Settings::default() }).await
    }

    /// Without limits, waits or latency.
    pub(crate) async fn at_once() -> Self {
        Self::new(Conduct::at_once()).await
    }

    /// With limits and waits, without latency.
    pub(crate) async fn limited() -> Self {
        let conduct = Conduct::default();
        let latency_ms = captely_sandbox::Span::default();
        Self::new(Conduct { latency_ms, hunter_pending_permille: 0, ..conduct }).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        // The client library wants a provider of cryptography even for plain HTTP.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let sandbox = Sandbox::start(settings).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sandbox, client }
    }

    pub(crate) fn base(&self, provider: Provider) -> String {
        self.sandbox.addresses().providers.of(provider).base.clone()
    }

    pub(crate) fn key(&self, provider: Provider) -> String {
        self.sandbox.addresses().providers.of(provider).key.clone()
    }

    pub(crate) fn calls(&self, provider: Provider) -> ProviderCalls {
        self.sandbox.calls().of(provider).clone()
    }

    /// The first of the world's people of whom this holds.
    pub(crate) fn somebody(
        &self,
        test: impl Fn(&Person, &Company) -> bool,
    ) -> (Person, Arc<Company>) {
        let world = self.sandbox.world();
        (0..world.people())
            .find_map(|id| {
                let person = world.person(id)?;
                let company = world.company(person.company)?;
                test(&person, &company).then_some((person, company))
            })
            .unwrap()
    }

    /// People of the world with their companies, in order, plain ones (no native script).
    pub(crate) fn people(&self, count: usize) -> Vec<(Person, Arc<Company>)> {
        let world = self.sandbox.world();
        (0..world.people())
            .filter_map(|id| {
                let person = world.person(id)?;
                let company = world.company(person.company)?;
                (!person.opted_out).then_some((person, company))
            })
            .take(count)
            .collect()
    }
}

pub(crate) async fn read(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status, headers, text, json }
}

/// Whether a JSON value has a member of this name anywhere inside.
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(map) => {
            map.get(name).or_else(|| map.values().find_map(|inner| member(inner, name)))
        }
        Value::Array(list) => list.iter().find_map(|inner| member(inner, name)),
        _ => None,
    }
}
