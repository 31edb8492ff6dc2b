use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// Whatever goes wrong ends the measurement.
pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Between two looks at a question that is not answered yet.
const LOOK_AGAIN: Duration = Duration::from_millis(2);
/// So often it is looked at.
const LOOKS_MAX: u32 = 1_000;
/// What Apollo says in the place of an address that was not paid for.
const APOLLO_LOCKED: &str = "email_not_unlocked@domain.com";

/// One person of the list.
#[derive(Debug)]
pub(crate) struct Lead {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) company: String,
    pub(crate) domain: String,
}

/// The four providers of a sandbox, asked in order until one gives an address.
pub(crate) struct Cascade {
    client: Client,
    http: String,
    providers: [(String, String); 4],
    calls: AtomicU64,
}

impl Cascade {
    /// From the line that `captely sandbox` printed.
    pub(crate) fn of(world: &Value) -> Result<Self, Failed> {
        let text = |path: &str| -> Result<String, Failed> {
            let found = world.pointer(path).and_then(Value::as_str);
            Ok(found.ok_or_else(|| format!("the world has no {path}"))?.to_owned())
        };
        let provider = |name: &str| -> Result<(String, String), Failed> {
            Ok((
                text(&format!("/providers/{name}/base"))?,
                text(&format!("/providers/{name}/key"))?,
            ))
        };
        captely_providers::install_crypto();
        Ok(Self {
            client: Client::builder().no_proxy().build()?,
            http: text("/http")?,
            providers: [
                provider("icypeas")?,
                provider("dropcontact")?,
                provider("hunter")?,
                provider("apollo")?,
            ],
            calls: AtomicU64::new(0),
        })
    }

    /// Calls made so far.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// The sandbox's input list.
    pub(crate) async fn list(&self, rows: u32) -> Result<String, Failed> {
        let url = format!("{}/_sandbox/leads.csv?n={rows}", self.http);
        Ok(self.client.get(url).send().await?.error_for_status()?.text().await?)
    }

    /// Whether any provider gives an address.
    pub(crate) async fn find(&self, lead: &Lead) -> Result<bool, Failed> {
        Ok(self.icypeas(lead).await?
            || self.dropcontact(lead).await?
            || self.hunter(lead).await?
            || self.apollo(lead).await?)
    }

    async fn call(&self, request: RequestBuilder) -> Result<(StatusCode, Value), Failed> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let response = request.send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        // some refusals come without words
        let said = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body)? };
        Ok((status, said))
    }

    async fn icypeas(&self, lead: &Lead) -> Result<bool, Failed> {
        let [(base, key), ..] = &self.providers;
        let post = |path: &str, body: &Value| {
            let request = self.client.post(format!("{base}{path}"));
            self.call(request.header("Authorization", key).json(body))
        };
        let question = json!({
            "firstname": lead.first_name, "lastname": lead.last_name,
            "domainOrCompany": if lead.domain.is_empty() { &lead.company } else { &lead.domain },
        });
        let (_, said) = post("/email-search", &question).await?;
        let Some(id) = said.pointer("/item/_id") else { return Ok(false) };
        let read = json!({ "id": id });
        for _ in 0..LOOKS_MAX {
            let (_, said) = post("/bulk-single-searchs/read", &read).await?;
            let status = said.pointer("/items/0/status").and_then(Value::as_str);
            if status.is_some_and(|s| !matches!(s, "NONE" | "SCHEDULED" | "IN_PROGRESS")) {
                return Ok(said.pointer("/items/0/results/emails/0/email").is_some());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err("Icypeas did not come to an end".into())
    }

    async fn dropcontact(&self, lead: &Lead) -> Result<bool, Failed> {
        let [_, (base, key), ..] = &self.providers;
        let body = json!({
            "data": [{
                "first_name": lead.first_name, "last_name": lead.last_name,
                "company": lead.company, "website": lead.domain,
            }],
            "language": "en",
        });
        let submit = self.client.post(format!("{base}/v1/enrich/all"));
        let (_, said) = self.call(submit.header("X-Access-Token", key).json(&body)).await?;
        let id = said.pointer("/request_id").and_then(Value::as_str);
        let url = format!("{base}/v1/enrich/all/{}", id.ok_or("Dropcontact gave no request_id")?);
        for _ in 0..LOOKS_MAX {
            let (_, said) = self.call(self.client.get(&url).header("X-Access-Token", key)).await?;
            if said.pointer("/success") == Some(&Value::Bool(true)) {
                return Ok(said.pointer("/data/0/email/0/email").is_some());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err("Dropcontact did not come to an end".into())
    }

    async fn hunter(&self, lead: &Lead) -> Result<bool, Failed> {
        let [_, _, (base, key), _] = &self.providers;
        let place = if lead.domain.is_empty() {
            ("company", &lead.company)
        } else {
            ("domain", &lead.domain)
        };
        let query = [("first_name", &lead.first_name), ("last_name", &lead.last_name), place];
        for _ in 0..LOOKS_MAX {
            let request = self.client.get(format!("{base}/email-finder")).query(&query);
            let (status, said) = self.call(request.header("X-API-KEY", key)).await?;
            if status != StatusCode::ACCEPTED {
                return Ok(said.pointer("/data/email").is_some_and(Value::is_string));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err("Hunter did not come to an end".into())
    }

    async fn apollo(&self, lead: &Lead) -> Result<bool, Failed> {
        let [_, _, _, (base, key)] = &self.providers;
        let body = json!({
            "first_name": lead.first_name, "last_name": lead.last_name,
            "organization_name": lead.company, "domain": lead.domain,
        });
        let request = self.client.post(format!("{base}/people/match"));
        let (_, said) = self.call(request.header("x-api-key", key).json(&body)).await?;
        let email = said.pointer("/person/email").and_then(Value::as_str);
        Ok(email.is_some_and(|email| email != APOLLO_LOCKED))
    }
}
