//! Hunter's error envelope.

use serde_json::json;

use crate::chance::below;
use crate::server::call::Call;
use crate::server::reply::Reply;

fn error(status: u16, id: &str, details: &str) -> Reply {
    Reply::json(status, &json!({ "errors": [{ "id": id, "code": status, "details": details }] }))
}

/// An id that no document names: one of a few, so that clients branch on the status.
fn some_id(call: &Call<'_>, ids: [&'static str; 3]) -> &'static str {
    let place = usize::try_from(below(call.shape(), 3)).unwrap_or(0);
    ids.get(place).copied().unwrap_or_default()
}

pub(super) fn unauthorized(key: &str) -> Reply {
    let details =
        if key.is_empty() { "No API key was given." } else { "No user has this API key." };
    error(401, "authentication_failed", details)
}

pub(super) fn wrong_params(details: &str) -> Reply {
    error(400, "wrong_params", details)
}

pub(super) fn pagination(details: &str) -> Reply {
    error(400, "pagination_error", details)
}

pub(super) fn not_found(details: &str) -> Reply {
    error(404, "not_found", details)
}

/// 403: too many calls a second or a minute.
pub(crate) fn slow_down(call: &Call<'_>) -> Reply {
    let id = some_id(call, ["rate_limited", "too_many_requests", "rate_limit_exceeded"]);
    error(403, id, "You have reached the rate limit of this endpoint.")
}

/// 429: the credits of the month are used up.
pub(super) fn out_of_credits(call: &Call<'_>) -> Reply {
    let id = some_id(call, ["too_many_requests", "usage_exceeded", "out_of_credits"]);
    error(429, id, "You have reached the limit of your plan for this billing period.")
}

/// 451: never ask about this person again.
pub(super) fn claimed() -> Reply {
    let details = "This person asked us not to process their personal data.";
    error(451, "claimed_email", details)
}

pub(crate) fn broken(call: &Call<'_>) -> Reply {
    match below(call.shape(), 2) {
        0 => error(500, "internal_error", "Something went wrong on our side."),
        _ => Reply::raw(503, "text/html", "<html>Service unavailable</html>".to_owned()),
    }
}
