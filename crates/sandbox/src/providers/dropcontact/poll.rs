//! Polling a batch, and giving back the credits of records without an address.

use captely_contact::Credits;
use serde_json::{Map, Value, json};

use super::Batch;
use crate::server::call::{Call, number};
use crate::server::reply::Reply;
use crate::sim::Sim;

/// Results are kept 30 days (contract, Limits).
const KEPT_MS: u64 = 30 * 86_400 * 1_000;

/// GET `/v1/enrich/all/{request_id}`.
pub(super) fn poll(call: &Call<'_>, id: &str) -> Reply {
    let left = number(call.credits_left());
    let batches = call.sim.dropcontact();
    let now = call.now_ms;
    let kept = |batch: &&Batch| {
        batch.key == call.entry.key && now < batch.created_ms.saturating_add(KEPT_MS)
    };
    let Some(batch) = batches.by_id.get(id).filter(kept) else { return not_ready() };
    let forced = call.query("forceResults").eq_ignore_ascii_case("true");
    if now < batch.ready_ms && !forced {
        return not_ready();
    }
    let data = results(batch, now);
    Reply::json(
        200,
        &json!({ "error": false, "success": true, "credits_left": left, "data": data }),
    )
}

/// The same for a job that runs and an id that nobody gave out.
fn not_ready() -> Reply {
    let reason = "Request not ready yet, try again in 30 seconds";
    Reply::json(200, &json!({ "error": false, "success": false, "reason": reason }))
}

fn results(batch: &Batch, now_ms: u64) -> Vec<&Map<String, Value>> {
    batch.records.iter().filter(|(at, _)| *at <= now_ms).map(|(_, result)| result).collect()
}

/// What is posted to the callback URL: the same without `credits_left`.
pub(super) fn callback_body(sim: &Sim, id: &str) -> String {
    let batches = sim.dropcontact();
    let data = batches.by_id.get(id).map(|batch| results(batch, u64::MAX)).unwrap_or_default();
    json!({ "error": false, "success": true, "data": data }).to_string()
}

/// Gives back what finished batches of the account did not use.
pub(super) fn settle(call: &Call<'_>) {
    let mut batches = call.sim.dropcontact();
    let mut back = 0_i64;
    let mine = batches.unsettled.entry(call.entry.key.clone()).or_default();
    mine.retain(|&(ready_ms, refund_millis)| {
        let due = ready_ms <= call.now_ms;
        if due {
            back += refund_millis;
        }
        !due
    });
    drop(batches);
    if back > 0 {
        let account = &call.entry.key;
        call.sim.accounts(call.provider).give_back(account, Credits::millis(back));
    }
}
