//! The account: its credits, and the signature of its webhooks.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use crate::chance::below;
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
    let signature = Hmac::<Sha1>::new_from_slice(sim.icypeas_secret.as_bytes()).map(|mut mac| {
        mac.update(text.as_bytes());
        let bytes = mac.finalize().into_bytes();
        bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    });
    let signature = signature.unwrap_or_default();
    json!({ "signature": signature, "timestamp": timestamp, "data": data }).to_string()
}
