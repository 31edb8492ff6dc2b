//! The 202 pattern: "still at work, ask the same again".

use std::collections::HashMap;

use serde_json::json;

use crate::chance::{again, below, draw, happens, mark, topic};
use crate::server::call::Call;
use crate::server::reply::Reply;

/// The most requests that are remembered as answered with 202.
const PENDING_MAX: usize = 200_000;

/// Requests that were answered 202, and when their answer is ready.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    by_request: HashMap<u64, u64>,
}

/// The 202, if this request is to wait. Nothing is charged before the answer, so a repeat is charged
/// once; whoever asks again after the answer is charged again.
pub(super) fn wait(call: &Call<'_>) -> Option<Reply> {
    let mut given: Vec<String> = call
        .query
        .iter()
        .filter(|(name, _)| name != "api_key" && name != "max_duration")
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    given.sort_unstable();
    let request = mark(&format!("{}|{}|{}", call.entry.key, call.path, given.join("&")));
    let drawn = draw(call.world().seed(), topic::PENDING, request);
    if !happens(drawn, call.conduct.hunter_pending_permille) {
        return None;
    }
    let mut pending = call.sim.hunter();
    if pending.by_request.len() >= PENDING_MAX {
        return None;
    }
    match pending.by_request.get(&request) {
        Some(&ready_ms) if ready_ms <= call.now_ms => None,
        Some(_) => Some(still_at_work(call)),
        None => {
            let ready_ms = call.ready_at(call.conduct.hunter_pending_ms, again(drawn, 1));
            pending.by_request.insert(request, ready_ms);
            Some(still_at_work(call))
        }
    }
}

/// What a 202 carries is in no document.
fn still_at_work(call: &Call<'_>) -> Reply {
    match below(call.shape(), 3) {
        0 => Reply::raw(202, "application/json", String::new()),
        1 => Reply::json(202, &json!({ "data": { "email": null, "score": null, "status": null } })),
        _ => Reply::json(202, &json!({ "message": "The request is still being processed." })),
    }
}
