//! Events: what happened to which object, kept for reading and sent to the webhook endpoints.

use serde_json::{Value, json};

use super::delivery;
use super::failure::Failure;
use super::form::Form;
use super::list;
use super::members::{Members as _, items, shown};
use super::shop::Shop;

/// Shape and version of what is shown where an endpoint names none.
pub(super) const VERSION: &str = "2026-06-24.dahlia";

/// Says that something happened to the object with this id.
pub(super) fn announce(shop: &mut Shop, kind: &str, id: &str) {
    let object = shop.get(id);
    happened(shop, kind, &object, &Value::Null);
}

/// The same with what its members were before.
pub(super) fn announce_change(shop: &mut Shop, kind: &str, id: &str, before: &Value) {
    let object = shop.get(id);
    let previous = differences(before, &object);
    if previous.as_object().is_some_and(|members| !members.is_empty()) {
        happened(shop, kind, &object, &previous);
    }
}

/// Says that something happened to an object, which may be gone by now.
pub(super) fn happened(shop: &mut Shop, kind: &str, object: &Value, previous: &Value) {
    let endpoints = shop.these("webhook_endpoint", |endpoint| wants(endpoint, kind));
    let mut data = json!({ "object": shown(object) });
    if previous.is_object() {
        data.set("previous_attributes", shown(previous));
    }
    let request = if shop.request.is_object() {
        shop.request.clone()
    } else {
        json!({ "id": null, "idempotency_key": null })
    };
    let event = shop.make(
        "evt",
        "event",
        json!({ "type": kind, "api_version": VERSION, "data": data, "request": request,
            "pending_webhooks": endpoints.len() }),
    );
    let id = event.text("id").to_owned();
    shop.put(event);
    for endpoint in endpoints {
        delivery::queue(shop, &id, endpoint.text("id"));
    }
}

fn wants(endpoint: &Value, kind: &str) -> bool {
    endpoint.text("status") == "enabled"
        && items(endpoint.at("/enabled_events"))
            .iter()
            .any(|wanted| wanted == "*" || wanted == kind)
}

/// The members of `before` that are no longer the same.
fn differences(before: &Value, after: &Value) -> Value {
    let members = before.as_object().into_iter().flatten();
    members
        .filter(|(name, old)| !name.starts_with('_') && after.get(name.as_str()) != Some(old))
        .map(|(name, old)| (name.clone(), old.clone()))
        .collect()
}

/// GET `/events`.
pub(super) fn all(shop: &Shop, form: &Form) -> Result<Value, Failure> {
    list::only(form, &["type", "types"])?;
    let (kind, kinds) = (form.text("type"), form.texts("types"));
    list::page(shop, form, "event", "/v1/events", |event| {
        kind.is_none_or(|kind| matches(kind, event.text("type")))
            && (kinds.is_empty() || kinds.iter().any(|kind| kind == event.text("type")))
    })
}

/// `charge.*` stands for all of a charge's.
fn matches(wanted: &str, kind: &str) -> bool {
    wanted.strip_suffix('*').map_or(wanted == kind, |start| kind.starts_with(start))
}
