//! Hunter: synchronous GETs, with a 202 now and then. 403 means slow down, 429 out of credits.

mod domain;
mod enrichment;
mod errors;
mod finder;
mod pending;
mod shown;
mod verifier;

use hyper::Method;
use serde_json::{Value, json};

pub(crate) use errors::{broken, slow_down};
pub(crate) use pending::Pending;

use crate::meter::Rule;
use crate::server::call::{Call, number};
use crate::server::reply::Reply;

/// 15 calls a second and 500 a minute at most endpoints, 10 and 300 at the verifier (contract, Limits).
const BURST: Rule = Rule::per_second("request", 15);
const MINUTE: Rule = Rule::per_minute("request", 500);
const VERIFIER_BURST: Rule = Rule::per_second("email-verifier", 10);
const VERIFIER_MINUTE: Rule = Rule::per_minute("email-verifier", 300);

/// Routes a call.
pub(crate) fn answer(call: &mut Call<'_>) -> Reply {
    let endpoint = match call.path {
        "/email-finder" => "email-finder",
        "/email-verifier" => "email-verifier",
        "/domain-search" => "domain-search",
        "/email-count" => "email-count",
        "/people/find" => "people/find",
        "/companies/find" => "companies/find",
        "/combined/find" => "combined/find",
        "/account" => "account",
        _ => "other",
    };
    call.at(endpoint);
    if endpoint == "email-count" && call.method == Method::GET {
        // Free and without a key.
        return domain::count(call);
    }
    let key = key_of(call);
    if !call.opens(&key) {
        return errors::unauthorized(&key);
    }
    if call.method != Method::GET || endpoint == "other" {
        return errors::not_found("The requested endpoint does not exist.");
    }
    let admitted = match endpoint {
        "account" => call.admit(&[BURST, MINUTE]),
        "email-verifier" => {
            call.admit(&[VERIFIER_MINUTE]).and_then(|()| call.admit_lookup(VERIFIER_BURST))
        }
        _ => call.admit(&[MINUTE]).and_then(|()| call.admit_lookup(BURST)),
    };
    if admitted.is_err() {
        return slow_down(call);
    }
    match endpoint {
        "email-finder" => finder::find(call),
        "email-verifier" => verifier::verify(call),
        "domain-search" => domain::search(call),
        "people/find" => enrichment::person(call),
        "companies/find" => enrichment::company(call),
        "combined/find" => enrichment::combined(call),
        _ => account(call),
    }
}

/// The key from any of its three places.
fn key_of(call: &Call<'_>) -> String {
    let bearer = call.header("authorization").strip_prefix("Bearer ");
    let places = [call.query("api_key"), call.header("x-api-key"), bearer.unwrap_or_default()];
    places.into_iter().find(|key| !key.is_empty()).unwrap_or_default().to_owned()
}

/// GET `/account`; free.
fn account(call: &Call<'_>) -> Reply {
    let used = call.sim.accounts(call.provider).used(&call.entry.key);
    let usage = json!({ "used": number(used), "available": number(call.credits_left()) });
    let data = json!({
        "first_name": "Sandbox",
        "last_name": "Account",
        "email": "owner@sandbox.example",
        "plan_name": "Sandbox",
        "plan_level": 1,
        "reset_date": call.sim.clock.day_before(call.now_ms.saturating_add(30 * 86_400_000), 0),
        "team_id": 1,
        "calls": { "_deprecation_notice": "Use requests instead", "used": 0, "available": 0 },
        "requests": { "credits": usage, "searches": usage, "verifications": usage },
    });
    Reply::json(200, &json!({ "data": data }))
}

/// `meta.params`: every parameter the endpoint knows, null where it was not given.
fn params(call: &Call<'_>, names: &[&str]) -> Value {
    let value = |name: &str| match call.query(name) {
        "" => Value::Null,
        text => Value::from(text),
    };
    names.iter().map(|name| ((*name).to_owned(), value(name))).collect()
}
