//! Stripe against its contract, over real HTTP.

mod calls;
mod checkout;
mod cycle;
mod intents;
mod money;
mod pages;
mod proration;
mod subscriptions;
mod webhooks;

use captely_sandbox::Provider::Stripe;
use reqwest::Method;
use serde_json::Value;

use crate::providers::{Answer, House, read};

pub(crate) const VERSION: &str = "2026-06-24.dahlia";
pub(crate) const DAY: u64 = 86_400;
pub(crate) const GOOD: &str = "4242424242424242";
pub(crate) const DECLINED: &str = "4000000000000002";
pub(crate) const ASKS: &str = "4000002500003155";
pub(crate) const FAILS_LATER: &str = "4000000000000341";

impl House {
    /// A call of the API that is not sent yet.
    pub(crate) fn asks(
        &self,
        method: Method,
        path: &str,
        form: &[(&str, &str)],
    ) -> reqwest::RequestBuilder {
        let url = format!("{}/v1{path}", self.base(Stripe));
        let body: String = form_body(form);
        let request = if method == Method::GET {
            self.client.request(method, format!("{url}?{body}"))
        } else {
            self.client
                .request(method, url)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body)
        };
        request.bearer_auth(self.key(Stripe)).header("stripe-version", VERSION)
    }

    /// POST, whatever comes of it.
    pub(crate) async fn tries(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        read(self.asks(Method::POST, path, form)).await
    }

    /// POST that succeeds.
    pub(crate) async fn posts(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let answer = self.tries(path, form).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json
    }

    /// GET that succeeds.
    pub(crate) async fn gets(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let answer = read(self.asks(Method::GET, path, form)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json
    }

    /// A control endpoint of Stripe's that succeeds.
    pub(crate) async fn does(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let url = format!("{}/_sandbox/stripe{path}", self.sandbox.addresses().http);
        let answer = read(self.client.post(url).query(form)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json
    }

    /// Moves billing time on.
    pub(crate) async fn wait_days(&self, days: u64) {
        self.does("/advance", &[("seconds", &(days * DAY).to_string())]).await;
    }

    /// A monthly price in cents; its id.
    pub(crate) async fn price(&self, cents: u32, interval: &str) -> String {
        let price = self
            .posts(
                "/prices",
                &[
                    ("currency", "usd"),
                    ("unit_amount", &cents.to_string()),
                    ("recurring[interval]", interval),
                    ("product_data[name]", "Starter"),
                ],
            )
            .await;
        id(&price)
    }

    /// A customer with a ready payment method as the default; its id.
    pub(crate) async fn customer(&self, method: &str) -> String {
        let customer = id(&self.posts("/customers", &[("email", "a@b.test")]).await);
        if !method.is_empty() {
            let path = format!("/payment_methods/{method}/attach");
            let method = id(&self.posts(&path, &[("customer", &customer)]).await);
            let default = "invoice_settings[default_payment_method]";
            self.posts(&format!("/customers/{customer}"), &[(default, &method)]).await;
        }
        customer
    }

    /// Types of the events so far, oldest first.
    pub(crate) async fn happened(&self) -> Vec<String> {
        let list = self.gets("/events", &[("limit", "100")]).await;
        let kinds = list["data"].as_array().unwrap().iter().rev();
        kinds.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }
}

pub(crate) fn form_body(form: &[(&str, &str)]) -> String {
    form.iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect::<Vec<_>>()
        .join("&")
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

pub(crate) fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// How often a type of event stands in the list.
pub(crate) fn count(kinds: &[String], kind: &str) -> usize {
    kinds.iter().filter(|found| *found == kind).count()
}
