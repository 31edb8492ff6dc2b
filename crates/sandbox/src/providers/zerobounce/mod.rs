//! ZeroBounce: synchronous GETs that verify one address each. Refusals come with HTTP 200, and clients
//! that break its rules are blocked.

mod memory;
mod validate;
mod verdict;

use captely_contact::Credits;
use hyper::Method;
use serde_json::{Value, json};

use memory::Breach;
pub(crate) use memory::Memory;

use crate::chance::{again, happens};
use crate::meter::Rule;
use crate::server::call::Call;
use crate::server::reply::Reply;

/// About 80,000 calls in 10 seconds (contract, Limits).
const BURST: Rule = Rule { name: "validate", window_ms: 10_000, calls: 80_000 };

/// One sentence for two causes.
const REFUSED: &str = "Invalid API Key or your account ran out of credits";

/// Routes a call.
pub(crate) fn answer(call: &mut Call<'_>) -> Reply {
    let endpoint = match call.path {
        "/validate" => "validate",
        "/getcredits" => "getcredits",
        _ => "other",
    };
    call.at(endpoint);
    let key = call.query("api_key").to_owned();
    if memory::is_blocked(call, &key) {
        call.entry.over_limit = true;
        return blocked();
    }
    if endpoint == "other" {
        memory::note(call, &key, Breach::UnknownPath);
        return Reply::json(404, &json!({ "error": "Not found" }));
    }
    if call.method != Method::GET {
        memory::note(call, &key, Breach::BadRequest);
        return Reply::json(405, &json!({ "error": "Method not allowed" }));
    }
    if !call.opens(&key) {
        memory::note(call, &key, Breach::BadKey);
        return if endpoint == "getcredits" { credits(call, -1) } else { refused() };
    }
    if endpoint == "getcredits" {
        let left = call.credits_left().as_millis() / Credits::whole(1).as_millis();
        return credits(call, left);
    }
    if call.admit_lookup(BURST).is_err() {
        memory::note(call, &key, Breach::TooFast);
        return slow_down();
    }
    validate::validate(call, &key)
}

/// The count of credits: a number, or a text with one.
fn credits(call: &Call<'_>, left: i64) -> Reply {
    let left = if happens(call.shape(), 500) { json!(left.to_string()) } else { json!(left) };
    Reply::json(200, &json!({ "Credits": left }))
}

fn refused() -> Reply {
    Reply::json(200, &json!({ "error": REFUSED }))
}

/// A flag as itself or as a text, as its answers have them.
fn loose(call: &Call<'_>, step: u64, flag: bool) -> Value {
    if happens(again(call.shape(), step), 500) { json!(flag) } else { json!(flag.to_string()) }
}

/// The shield is up: nothing is looked at, the key included.
fn blocked() -> Reply {
    Reply::raw(403, "text/html", "<html>API Shield is engaged</html>".to_owned())
}

pub(crate) fn slow_down() -> Reply {
    Reply::json(429, &json!({ "error": "Too many requests" }))
}

pub(crate) fn broken(call: &Call<'_>) -> Reply {
    if happens(call.shape(), 500) {
        Reply::json(500, &json!({ "error": "Internal server error" }))
    } else {
        Reply::raw(503, "text/html", "<html>Service unavailable</html>".to_owned())
    }
}
