//! Submitting a batch. Credits for all records are taken at once and given back where nothing is found.

use captely_contact::Credits;
use serde_json::{Map, Value, json};

use super::enrich::enrich;
use super::qualification::Language;
use super::record::{RECORD_BYTES_MAX, RECORDS_MAX, unexpected};
use super::{BATCHES_MAX, BURST, Batch, detail, poll, reason, slow_down};
use crate::chance::{again, below, draw, topic};
use crate::meter::Rule;
use crate::server::call::{Call, number, text};
use crate::server::reply::Reply;
use crate::server::send_later;

/// POST `/v1/enrich/all`.
pub(super) fn submit(call: &mut Call<'_>) -> Reply {
    // The burst was counted for every request already; this rule only adds the account's own.
    let burst = Rule { name: "submit", ..BURST };
    if call.admit_lookup(burst).is_err() {
        return slow_down();
    }
    let Some(body) = call.json() else { return reason(400, "Missing data in JSON") };
    let records: Option<Vec<&Map<String, Value>>> = body
        .get("data")
        .and_then(Value::as_array)
        .filter(|data| !data.is_empty())
        .map(|data| data.iter().filter_map(Value::as_object).collect());
    let Some(records) = records else { return reason(400, "Missing data in JSON") };
    if body.get("data").and_then(Value::as_array).is_some_and(|d| d.len() != records.len()) {
        return detail(422, "Every record must be an object");
    }
    if records.len() > RECORDS_MAX {
        return reason(400, "Too many records, you can only submit up to 250 records");
    }
    let bytes = |record: &&Map<String, Value>| {
        serde_json::to_string(record).map_or(usize::MAX, |text| text.len())
    };
    if records.iter().map(bytes).any(|bytes| bytes > RECORD_BYTES_MAX) {
        let said =
            "Data size is too big, you can only submit up to 15 kB of data in a single record";
        return reason(400, said);
    }
    let count = i64::try_from(records.len()).unwrap_or(i64::MAX);
    if call.sim.dropcontact().by_id.len() >= BATCHES_MAX {
        return detail(500, "Internal Server Error");
    }
    if !call.take(Credits::whole(count)) {
        return reason(403, "Not enough credits to process all records");
    }
    accept(call, &body, &records, count)
}

fn accept(call: &mut Call<'_>, body: &Value, records: &[&Map<String, Value>], count: i64) -> Reply {
    let english = text(body, "language").eq_ignore_ascii_case("en");
    let language = if english { Language::English } else { Language::French };
    let siren = body.get("siren").and_then(Value::as_bool).unwrap_or(false);
    let span = call.conduct.dropcontact_ready_ms;
    let mut results = Vec::with_capacity(records.len());
    let mut charged = 0_i64;
    for (row, record) in records.iter().enumerate() {
        let drawn = again(call.shape(), u64::try_from(row).unwrap_or(0));
        let (result, was_charged) = enrich(call, record, language, siren);
        charged += i64::from(was_charged);
        results.push((call.ready_at(span, drawn), result));
    }
    // The order of the results is not the order of the records.
    let places = results.len().max(1);
    results.rotate_left(crate::chance::index(again(call.shape(), 77), places));
    let id = request_id(call);
    let ready_ms = results.iter().map(|(ready, _)| *ready).max().unwrap_or(call.now_ms);
    let batch =
        Batch { key: call.entry.key.clone(), created_ms: call.now_ms, ready_ms, records: results };
    let left = call.credits_left();
    let mut batches = call.sim.dropcontact();
    let fallback = batches.webhooks.get(&call.entry.key).cloned().unwrap_or_default();
    batches.by_id.insert(id.clone(), batch);
    let refund = (ready_ms, (count - charged) * 1_000);
    batches.unsettled.entry(call.entry.key.clone()).or_default().push(refund);
    drop(batches);
    let own = text(body, "custom_callback_url");
    let hook = if own.is_empty() { fallback } else { own.to_owned() };
    if !hook.is_empty() {
        let id = id.clone();
        send_later(call.sim, &hook, ready_ms, move |sim, _path| poll::callback_body(sim, &id));
    }
    let mut answer = json!({
        "error": false, "success": true, "request_id": id, "credits_left": number(left),
    });
    let mut names: Vec<&str> = records.iter().flat_map(|record| unexpected(record)).collect();
    names.sort_unstable();
    names.dedup();
    if let (false, Some(answer)) = (names.is_empty(), answer.as_object_mut()) {
        answer.insert("unexpected_field".to_owned(), json!(names));
    }
    Reply::json(200, &answer)
}

/// Fifteen small letters.
fn request_id(call: &Call<'_>) -> String {
    let letters: Vec<char> = ('a'..='z').collect();
    let drawn = draw(call.world().seed(), topic::REQUEST_ID, call.number);
    (0..15)
        .filter_map(|step| {
            let at = below(again(drawn, step), 26);
            letters.get(usize::try_from(at).ok()?)
        })
        .collect()
}
