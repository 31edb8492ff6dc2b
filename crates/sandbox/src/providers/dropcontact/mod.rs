//! Dropcontact: batches, submitted and polled. "Not ready", "unknown id" and "hiccup" look the same.

mod enrich;
mod poll;
mod qualification;
mod record;
mod submit;

use std::collections::HashMap;

use hyper::Method;
use serde_json::{Map, Value, json};

use crate::chance::happens;
use crate::meter::Rule;
use crate::server::call::{Call, number};
use crate::server::reply::Reply;

/// 60 requests a second (contract, Limits).
const BURST: Rule = Rule::per_second("request", 60);
/// The most batches that are kept.
const BATCHES_MAX: usize = 500_000;

/// A batch, its results settled at submit and shown when they are ready.
#[derive(Debug)]
struct Batch {
    key: String,
    created_ms: u64,
    /// When the last record is ready.
    ready_ms: u64,
    /// Each record's result and when it is ready.
    records: Vec<(u64, Map<String, Value>)>,
}

/// All batches, and the default callback URLs, by account.
#[derive(Debug, Default)]
pub(crate) struct Batches {
    by_id: HashMap<String, Batch>,
    webhooks: HashMap<String, String>,
    /// When a batch is ready, and what is then given back, in thousandths of a credit; by account.
    unsettled: HashMap<String, Vec<(u64, i64)>>,
}

/// Routes a call.
pub(crate) fn answer(call: &mut Call<'_>) -> Reply {
    let key = call.header("x-access-token").to_owned();
    let credits = call.path == "/v1/account/credits";
    if !call.opens(&key) {
        return if credits {
            detail(401, "Unknown account")
        } else {
            reason(401, "Unknown account")
        };
    }
    poll::settle(call);
    if call.admit(&[BURST]).is_err() {
        return if credits { detail(429, "Too many requests") } else { slow_down() };
    }
    match (call.method, call.path) {
        (&Method::POST, "/v1/enrich/all") => {
            call.at("v1/enrich/all");
            submit::submit(call)
        }
        (&Method::GET, "/v1/account/credits") => {
            call.at("v1/account/credits");
            Reply::json(200, &json!({ "credits": number(call.credits_left()) }))
        }
        (method, "/v1/enrich/webhook") => {
            let method = method.clone();
            call.at("v1/enrich/webhook");
            webhook(call, &method)
        }
        (&Method::GET, path) => match path.strip_prefix("/v1/enrich/all/") {
            Some(id) => {
                call.at("v1/enrich/all/{request_id}");
                poll::poll(call, id)
            }
            None => detail(404, "Not Found"),
        },
        _ => detail(404, "Not Found"),
    }
}

/// The account's default callback URL. The name of the field it is posted in is in no document, so any
/// text member is taken.
fn webhook(call: &Call<'_>, method: &Method) -> Reply {
    let mut batches = call.sim.dropcontact();
    match *method {
        Method::POST => {
            let body = call.json().unwrap_or(Value::Null);
            let url = body.as_object().and_then(|o| o.values().find_map(Value::as_str));
            let Some(url) = url else { return detail(422, "A callback URL is missing") };
            batches.webhooks.insert(call.entry.key.clone(), url.to_owned());
            Reply::json(200, &json!({ "error": false, "success": true }))
        }
        Method::GET => {
            let url = batches.webhooks.get(&call.entry.key);
            Reply::json(200, &json!({ "error": false, "success": true, "webhook": url }))
        }
        Method::DELETE => {
            batches.webhooks.remove(&call.entry.key);
            Reply::json(200, &json!({ "error": false, "success": true }))
        }
        _ => detail(404, "Not Found"),
    }
}

/// The body of most errors.
fn reason(status: u16, reason: &str) -> Reply {
    Reply::json(status, &json!({ "error": true, "reason": reason, "success": false }))
}

/// The body of 404, 422, 500 and everything from the credits call.
fn detail(status: u16, detail: &str) -> Reply {
    Reply::json(status, &json!({ "detail": detail }))
}

pub(crate) fn slow_down() -> Reply {
    reason(429, "Too many requests")
}

pub(crate) fn broken(call: &Call<'_>) -> Reply {
    // Its own 500, or that of the proxy before it.
    if happens(call.shape(), 700) {
        detail(500, "Internal Server Error")
    } else {
        Reply::raw(502, "text/html", "<html><title>502 Bad Gateway</title></html>".to_owned())
    }
}
