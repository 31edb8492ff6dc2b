//! `/webhook_endpoints`.

use serde_json::{Value, json};

use super::events::VERSION;
use super::failure::Failure;
use super::form::Form;
use super::members::{Members as _, or_null};
use super::shop::Shop;
use crate::server::is_loopback_url;

/// The most endpoints of an account; a bound of the sandbox's own.
const ENDPOINTS_MAX: usize = 16;

/// POST `/webhook_endpoints`. The answer alone shows the secret.
pub(super) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&["url", "enabled_events", "api_version", "description", "metadata"])?;
    let url = form.required("url")?.to_owned();
    let events = form.texts("enabled_events");
    if events.is_empty() {
        return Err(form.absent("enabled_events"));
    }
    let secret = shop.id("whsec");
    let mut endpoint = add(shop, &url, &secret, &events)?;
    endpoint.set("description", or_null(form.plain("description")));
    endpoint.set("api_version", form.text("api_version").unwrap_or(VERSION));
    endpoint.set("metadata", form.metadata(&Value::Null)?);
    shop.put(endpoint.clone());
    endpoint.set("secret", secret);
    Ok(endpoint)
}

/// An endpoint that gets the events named, `*` for all.
pub(super) fn add(
    shop: &mut Shop,
    url: &str,
    secret: &str,
    events: &[String],
) -> Result<Value, Failure> {
    if !is_loopback_url(url) {
        let why = "the sandbox calls addresses on this machine alone: http://127.0.0.1:PORT/…";
        return Err(Failure::invalid(format!("Invalid URL: {why}")).param("url"));
    }
    if shop.all("webhook_endpoint").count() >= ENDPOINTS_MAX {
        return Err(Failure::invalid("You have reached the maximum of 16 webhook endpoints"));
    }
    let endpoint = shop.make(
        "we",
        "webhook_endpoint",
        json!({ "url": url, "status": "enabled", "enabled_events": events, "api_version": VERSION,
            "description": null, "_secret": secret }),
    );
    shop.put(endpoint.clone());
    Ok(endpoint)
}

/// POST `/webhook_endpoints/{id}`.
pub(super) fn update(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&["url", "enabled_events", "disabled", "description", "metadata"])?;
    let mut endpoint = shop.find("webhook_endpoint", id, "id")?;
    if let Some(url) = form.text("url") {
        if !is_loopback_url(url) {
            return Err(form.wrong("url", "the sandbox calls addresses on this machine alone"));
        }
        endpoint.set("url", url);
    }
    if form.has("enabled_events") {
        endpoint.set("enabled_events", form.texts("enabled_events"));
    }
    if let Some(disabled) = form.flag("disabled")? {
        endpoint.set("status", if disabled { "disabled" } else { "enabled" });
    }
    endpoint.set("metadata", form.metadata(endpoint.at("/metadata"))?);
    shop.put(endpoint.clone());
    Ok(endpoint)
}

/// DELETE `/webhook_endpoints/{id}`.
pub(super) fn delete(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    let endpoint = shop.find("webhook_endpoint", id, "id")?;
    shop.remove(&endpoint);
    Ok(json!({ "id": id, "object": "webhook_endpoint", "deleted": true }))
}
