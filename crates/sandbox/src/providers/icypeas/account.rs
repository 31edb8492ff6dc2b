//! The account: its credits, and the signature of its webhooks.

use serde_json::{Value, json};

use crate::chance::below;
use crate::mac::{hex, sha1};
use crate::server::call::{Call, number};
use crate::server::reply::Reply;
use crate::sim::Sim;

/// POST `/a/actions/subscription-information`. Where `credits` stands is in no document: it moves.
pub(super) fn subscription(call: &Call<'_>) -> Reply {
    let credits = number(call.credits_left());
    let user = format!("u_{}", crate::chance::mark(&call.entry.key) % 1_000);
    let body = match below(call.shape(), 3) {
        0 => json!({ "success": true, "plan": "Sandbox", "userId": user, "credits": credits }),
        1 => {
            json!({ "success": true, "item": { "plan": "Sandbox", "userId": user, "credits": credits } })
        }
        _ => json!({ "success": true, "userId": user, "subscription": {
            "plan": { "name": "Sandbox" }, "credits": credits, "quotas": { "daily": 0 } } }),
    };
    Reply::json(200, &body)
}

/// The body of a webhook for `data`, signed for the path it is sent to: HMAC-SHA1, keyed with the API
/// secret, over method, path and time, lower-cased and without separators.
pub(super) fn signed(sim: &Sim, path: &str, data: &Value) -> String {
    let timestamp = sim.clock.iso(sim.clock.now_ms());
    let text = format!("POST{path}{timestamp}").to_lowercase();
    let signature = hex(&sha1(sim.icypeas_secret.as_bytes(), &text));
    json!({ "signature": signature, "timestamp": timestamp, "data": data }).to_string()
}
