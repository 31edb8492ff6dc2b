//! Limits as headers, and the account.

use serde_json::json;

use crate::meter::Rule;
use crate::server::call::{Call, number};
use crate::server::reply::Reply;

/// The rate headers. The hour and the day are without limit here, so theirs are empty; `lookup` tells
/// which limit a minute applies.
pub(super) fn with_limits(call: &Call<'_>, reply: Reply, lookup: bool) -> Reply {
    let rule = if lookup {
        Rule::per_minute("lookup", call.settings().calls_per_minute)
    } else {
        super::FREE
    };
    let mut reply = reply;
    if call.conduct.limits {
        let mut meter = call.sim.meter(call.provider);
        let used = meter.used(&call.entry.key, rule, call.now_ms);
        drop(meter);
        reply = reply
            .with("x-rate-limit-minute", rule.calls.to_string())
            .with("x-minute-usage", used.to_string())
            .with("x-minute-requests-left", rule.calls.saturating_sub(used).to_string());
    } else {
        for name in ["x-rate-limit-minute", "x-minute-usage", "x-minute-requests-left"] {
            reply = reply.with(name, String::new());
        }
    }
    for name in [
        "x-rate-limit-hourly",
        "x-hourly-usage",
        "x-hourly-requests-left",
        "x-rate-limit-24-hour",
        "x-24-hour-usage",
        "x-24-hour-requests-left",
    ] {
        reply = reply.with(name, String::new());
    }
    reply
}

/// POST `/usage_stats/api_usage_stats`.
pub(super) fn stats(call: &Call<'_>) -> Reply {
    let limit = call.settings().calls_per_minute;
    let rule = Rule::per_minute("lookup", limit);
    let used = call.sim.meter(call.provider).used(&call.entry.key, rule, call.now_ms);
    let minute =
        json!({ "limit": limit, "consumed": used, "left_over": limit.saturating_sub(used) });
    Reply::json(200, &json!({ "[\"api/v1/people\", \"match\"]": { "minute": minute } }))
}

/// GET `/users/api_profile`.
pub(super) fn profile(call: &Call<'_>) -> Reply {
    let mut body = json!({ "id": "sbx000000000000000000001", "email": "owner@sandbox.example" });
    let wanted = call.query("include_credit_usage").eq_ignore_ascii_case("true");
    if let (true, Some(body)) = (wanted, body.as_object_mut()) {
        let used = call.sim.accounts(call.provider).used(&call.entry.key);
        body.insert("num_credits_used".to_owned(), number(used));
        body.insert("num_credits_remaining".to_owned(), number(call.credits_left()));
    }
    Reply::json(200, &body)
}

/// GET `/auth/health`.
pub(super) fn health() -> Reply {
    Reply::json(200, &json!({ "healthy": true, "is_logged_in": true }))
}
