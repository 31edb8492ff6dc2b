//! Starting one search.

use serde_json::{Value, json};

use super::errors::{self, fault, invalid};
use super::item::{ITEMS_MAX, Item, Task, id_of};
use super::outcome::decide;
use crate::chance::again;
use crate::server::call::{Call, text};
use crate::server::reply::Reply;
use crate::server::send_later;

/// POST `/email-search`, `/email-verification`, `/domain-search`.
pub(super) fn single(call: &mut Call<'_>, task: Task) -> Reply {
    let Some(body) = call.json().filter(Value::is_object) else {
        return invalid(&[fault("body", "a JSON object", &Value::Null)]);
    };
    let faults = faults_of(&body, task);
    if !faults.is_empty() {
        return invalid(&faults);
    }
    let about = match task {
        Task::EmailSearch | Task::DomainSearch => text(&body, "domainOrCompany"),
        Task::EmailVerification => text(&body, "email"),
    };
    let (first, last) = (text(&body, "firstname"), text(&body, "lastname"));
    let custom = body.get("custom").filter(|c| c.is_object()).cloned();
    match start(call, task, [first, last, about], custom, None, 0) {
        Some(place) => {
            let id = id_of(call.world().seed(), place);
            Reply::json(200, &json!({ "success": true, "item": { "_id": id, "status": "NONE" } }))
        }
        None => errors::broken(call),
    }
}

/// Starts a search for `[first, last, about]`; gives its place.
pub(super) fn start(
    call: &mut Call<'_>,
    task: Task,
    [first, last, about]: [&str; 3],
    custom: Option<Value>,
    file: Option<u32>,
    order: u32,
) -> Option<usize> {
    if call.sim.icypeas().items.len() >= ITEMS_MAX {
        return None;
    }
    let (status, found) = decide(call, task, first, last, about);
    let drawn = again(call.shape(), u64::from(order));
    let ready_ms = call.ready_at(call.conduct.icypeas_processing_ms, drawn);
    let item = Item {
        task,
        key: call.entry.key.clone(),
        first: first.to_owned(),
        last: last.to_owned(),
        about: about.to_owned(),
        custom,
        file,
        order,
        created_ms: call.now_ms,
        ready_ms,
        status,
        found,
    };
    let hook = item.custom.as_ref().map(|c| text(c, "webhookUrl").to_owned());
    let mut jobs = call.sim.icypeas();
    let place = jobs.items.len();
    jobs.items.push(item);
    drop(jobs);
    if let Some(url) = hook.filter(|url| !url.is_empty()) {
        send_later(call.sim, &url, ready_ms, move |sim, path| {
            let now_ms = sim.clock.now_ms();
            let item = sim.icypeas().items.get(place).map(|i| i.show(sim, place, now_ms));
            super::account::signed(sim, path, &item.unwrap_or_default())
        });
    }
    Some(place)
}

/// What is wrong with the fields of a submit.
fn faults_of(body: &Value, task: Task) -> Vec<Value> {
    let mut faults = Vec::new();
    let mut need = |field: &str, filled: bool| {
        let value = body.get(field).unwrap_or(&Value::Null);
        match value.as_str() {
            Some(text) if !filled || !text.trim().is_empty() => {}
            Some(_) => faults.push(fault(field, "a text that is not empty", value)),
            None => faults.push(fault(field, "string", value)),
        }
    };
    match task {
        Task::EmailSearch => {
            // Both keys must be there; one of them may be empty, not both.
            need("firstname", false);
            need("lastname", text(body, "firstname").is_empty());
            need("domainOrCompany", true);
        }
        Task::EmailVerification => need("email", true),
        Task::DomainSearch => need("domainOrCompany", true),
    }
    faults
}
