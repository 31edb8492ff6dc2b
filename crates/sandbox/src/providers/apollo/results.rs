//! What comes later: phones (and the state of a waterfall), by webhook or poll.

use std::collections::HashMap;

use captely_contact::Credits;
use serde_json::{Value, json};

use super::matching::Flags;
use super::person::{object_id, person_id};
use crate::chance::{again, draw, happens, topic};
use crate::knowledge;
use crate::ledger::{Charged, Subject};
use crate::provider::Provider;
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::server::send_later;
use crate::world::{Person, World};

/// Results are kept 30 days (contract, Response).
const KEPT_MS: u64 = 30 * 86_400 * 1_000;
const MOBILE: Credits = Credits::whole(8);
/// The most results that are kept.
const RESULTS_MAX: usize = 1_000_000;

#[derive(Debug)]
struct Kept {
    key: String,
    created_ms: u64,
    ready_ms: u64,
    body: Value,
}

/// All results, by request id.
#[derive(Debug, Default)]
pub(crate) struct Results {
    by_id: HashMap<i64, Kept>,
}

/// Whom a request will bring something for.
pub(super) struct Later {
    pub(super) people: Vec<Person>,
    pub(super) asked: usize,
}

/// Settles what the request will bring, and charges it; gives the request id, which may be negative.
pub(super) fn begin(call: &mut Call<'_>, later: &Later, flags: &Flags) -> i64 {
    let id =
        i64::from_ne_bytes(draw(call.world().seed(), topic::REQUEST_ID, call.number).to_ne_bytes());
    let wants_phone = flags.phone || flags.waterfall_phone;
    let (mut people, mut credits) = (Vec::new(), 0_i64);
    for person in &later.people {
        let mobile = knowledge::mobile(call.world(), Provider::Apollo, person);
        let mobile = mobile.filter(|_| {
            wants_phone && call.charge(Charged::Phone, Subject::Person(person.id), MOBILE)
        });
        credits += if mobile.is_some() { 8 } else { 0 };
        people.push(shown_phones(call.world(), person, mobile.as_deref()));
    }
    let missing = later.asked.saturating_sub(later.people.len());
    let body = json!({
        "status": "success",
        "total_requested_enrichments": later.asked,
        "unique_enriched_records": later.people.len(),
        "missing_records": missing,
        "credits_consumed": credits,
        "people": people,
    });
    let ready_ms = call.ready_at(call.conduct.apollo_webhook_ms, again(call.shape(), 5));
    let kept =
        Kept { key: call.entry.key.clone(), created_ms: call.now_ms, ready_ms, body: body.clone() };
    let mut results = call.sim.apollo();
    if results.by_id.len() < RESULTS_MAX {
        results.by_id.insert(id, kept);
    }
    drop(results);
    send_later(call.sim, &flags.webhook, ready_ms, move |_sim, _path| body.to_string());
    id
}

fn shown_phones(world: &World, person: &Person, mobile: Option<&str>) -> Value {
    let id = person_id(world, person);
    let Some(number) = mobile else {
        return json!({ "id": id, "status": "success", "phone_numbers": [] });
    };
    let drawn = draw(world.seed(), topic::SHAPE, person.key);
    let sure = happens(again(drawn, 8), 700);
    let country = world.company(person.company).map(|c| c.country.name);
    let phone = json!({
        "_id": object_id(world.seed(), 4, person.key),
        "raw_number": number,
        "sanitized_number": number,
        "confidence_cd": if sure { "high" } else { "medium" },
        "status_cd": if sure { "valid_number" } else { "no_status" },
        "type_cd": "mobile",
        "dnc_status_cd": "not_found",
        "dnc_other_info": { "country": country },
        "direct_dial_source_cd": null,
        "position": 0,
    });
    json!({ "id": id, "status": "success", "phone_numbers": [phone] })
}

/// GET `/webhook_result/{request_id}`; free.
pub(super) fn poll(call: &Call<'_>) -> Reply {
    let id = call.path.trim_start_matches("/webhook_result/");
    let Ok(id) = id.parse::<i64>() else {
        return coded(400, "invalid_request_id", "The request id is not a whole number.");
    };
    let results = call.sim.apollo();
    let Some(kept) = results.by_id.get(&id).filter(|kept| kept.key == call.entry.key) else {
        return coded(404, "request_id_unknown", "This request id is not known.");
    };
    if call.now_ms >= kept.created_ms.saturating_add(KEPT_MS) {
        return coded(410, "request_id_expired", "The result is kept for 30 days.");
    }
    let left_ms = kept.ready_ms.saturating_sub(call.now_ms);
    if left_ms > 0 {
        let wait_s = left_ms.div_ceil(1_000).min(60);
        return Reply::json(
            404,
            &json!({
                "error_code": "result_pending", "retry_after_seconds": wait_s,
                "message": "The result is not there yet.",
            }),
        );
    }
    let body = json!({
        "request_id": id, "webhook_status": "success", "webhook_result": kept.body,
    });
    Reply::json(200, &body)
}

fn coded(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &json!({ "error_code": code, "message": message }))
}
