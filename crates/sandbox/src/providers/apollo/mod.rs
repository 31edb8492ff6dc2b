//! Apollo: synchronous matches; phones and waterfall e-mails come later, by webhook or poll.

mod bulk;
mod errors;
mod matching;
mod organizations;
mod person;
mod results;
mod search;
mod usage;

use hyper::Method;

pub(crate) use errors::{broken, slow_down};
pub(crate) use results::Results;

use crate::meter::Rule;
use crate::server::call::Call;
use crate::server::reply::Reply;

/// No documented limit a second; one far above any plan keeps the shape of [`Call::admit_lookup`].
const BURST: Rule = Rule::per_second("request", 1_000);
/// Calls without credits: the free plan's 50 a minute is left out, search on paid plans has 200.
const FREE: Rule = Rule::per_minute("free", 200);

/// Routes a call.
pub(crate) fn answer(call: &mut Call<'_>) -> Reply {
    let endpoint = endpoint_of(call);
    call.at(endpoint);
    let key = call.header("x-api-key").to_owned();
    if !call.opens(&key) {
        // An API key sent as a Bearer token, in the query or in the body is refused like a wrong one.
        return errors::unauthorized(call);
    }
    let restricted = call.conduct.apollo_restricted_keys.contains(&key);
    if restricted && !matches!(endpoint, "auth/health" | "users/api_profile") {
        return errors::inaccessible(endpoint);
    }
    if endpoint == "other" {
        return errors::no_route(call);
    }
    let charged = matches!(
        endpoint,
        "people/match" | "people/bulk_match" | "organizations/enrich" | "organizations/bulk_enrich"
    );
    let admitted = if charged { call.admit_lookup(BURST) } else { call.admit(&[FREE]) };
    if let Err((rule, wait_ms)) = admitted {
        return errors::slow_down(call, rule.calls, wait_ms.div_ceil(1_000));
    }
    let reply = match endpoint {
        "people/match" => matching::one(call),
        "people/bulk_match" => bulk::many(call),
        "organizations/enrich" => organizations::one(call),
        "organizations/bulk_enrich" => organizations::many(call),
        "mixed_people/api_search" => search::people(call),
        "webhook_result/{request_id}" => results::poll(call),
        "usage_stats/api_usage_stats" => usage::stats(call),
        "users/api_profile" => usage::profile(call),
        _ => usage::health(),
    };
    usage::with_limits(call, reply, charged)
}

fn endpoint_of(call: &Call<'_>) -> &'static str {
    match (call.method, call.path) {
        (&Method::POST, "/people/match") => "people/match",
        (&Method::POST, "/people/bulk_match") => "people/bulk_match",
        (&Method::GET, "/organizations/enrich") => "organizations/enrich",
        (&Method::POST, "/organizations/bulk_enrich") => "organizations/bulk_enrich",
        (&Method::POST, "/mixed_people/api_search") => "mixed_people/api_search",
        (&Method::POST, "/usage_stats/api_usage_stats") => "usage_stats/api_usage_stats",
        (&Method::GET, "/users/api_profile") => "users/api_profile",
        (&Method::GET, "/auth/health") => "auth/health",
        (&Method::GET, path) if path.starts_with("/webhook_result/") => {
            "webhook_result/{request_id}"
        }
        _ => "other",
    }
}
