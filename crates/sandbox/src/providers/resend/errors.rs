//! Resend's error envelope (contract, "Errors").

use serde_json::json;

use crate::chance::below;
use crate::meter::Rule;
use crate::server::call::Call;
use crate::server::reply::Reply;

pub(super) fn error(status: u16, name: &str, message: &str) -> Reply {
    Reply::json(status, &json!({ "statusCode": status, "name": name, "message": message }))
}

/// The contract gives the status alone; the name varies with nothing and is ours.
pub(super) fn no_user_agent() -> Reply {
    error(403, "validation_error", "The User-Agent header is missing")
}

pub(super) fn missing_key() -> Reply {
    error(401, "missing_api_key", "Missing API key in the authorization header")
}

pub(super) fn wrong_key() -> Reply {
    error(403, "invalid_api_key", "API key is invalid")
}

pub(super) fn not_found() -> Reply {
    error(404, "not_found", "The requested endpoint does not exist")
}

pub(super) fn method_not_allowed() -> Reply {
    error(405, "method_not_allowed", "Method is not allowed for the requested path")
}

pub(super) fn over_limit(rule: Rule, wait_ms: u64) -> Reply {
    let seconds = wait_ms.div_ceil(1_000).max(1).to_string();
    error(429, "rate_limit_exceeded", "Too many requests")
        .with("ratelimit-limit", rule.calls.to_string())
        .with("ratelimit-remaining", "0".to_owned())
        .with("ratelimit-reset", seconds.clone())
        .with("retry-after", seconds)
}

pub(crate) fn slow_down() -> Reply {
    over_limit(super::PER_SECOND, 1_000)
}

pub(super) fn quota() -> Reply {
    error(429, "monthly_quota_exceeded", "The monthly quota of this team is used up")
}

pub(crate) fn broken(call: &Call<'_>) -> Reply {
    match below(call.shape(), 3) {
        0 => error(500, "application_error", "An unexpected error occurred"),
        1 => error(500, "internal_server_error", "An unexpected error occurred"),
        _ => Reply::raw(502, "text/html", "<html>Bad Gateway</html>".to_owned()),
    }
}
