//! Apollo's errors: the members of the body differ from endpoint to endpoint.

use serde_json::json;

use crate::chance::below;
use crate::server::call::Call;
use crate::server::reply::Reply;

pub(super) fn unauthorized(call: &Call<'_>) -> Reply {
    match below(call.shape(), 2) {
        0 => Reply::json(401, &json!({ "error": "Invalid API key" })),
        _ => Reply::json(401, &json!({ "message": "Invalid API key", "error_code": null })),
    }
}

/// 403: the key's plan or scope lacks the endpoint.
pub(super) fn inaccessible(endpoint: &str) -> Reply {
    let error = format!("api/v1/{endpoint} is not accessible with this api_key");
    Reply::json(403, &json!({ "error": error, "error_code": "API_INACCESSIBLE" }))
}

pub(super) fn no_route(call: &Call<'_>) -> Reply {
    match below(call.shape(), 2) {
        0 => Reply::json(404, &json!({ "error": "Not found" })),
        _ => Reply::text(404, "Not Found"),
    }
}

/// 422: what the request lacks.
pub(super) fn unprocessable(text: &str) -> Reply {
    Reply::json(422, &json!({ "error": text }))
}

/// Out of credits is a 422 too, told by its text alone.
pub(super) fn out_of_credits(call: &Call<'_>) -> Reply {
    let text = "You have insufficient credits to perform this request.";
    match below(call.shape(), 2) {
        0 => Reply::json(422, &json!({ "error": text })),
        _ => Reply::json(422, &json!({ "message": text })),
    }
}

/// 429 with `retry-after` in seconds.
pub(crate) fn slow_down(call: &Call<'_>, calls: u32, retry_after_s: u64) -> Reply {
    let message = format!(
        "The maximum number of api calls allowed for api/v1{} is {calls} times per minute. Please \
         upgrade your plan or wait.",
        call.path
    );
    let wait = retry_after_s.max(1).to_string();
    let reply = Reply::json(429, &json!({ "message": message })).with("retry-after", wait);
    super::usage::with_limits(call, reply, true)
}

pub(crate) fn broken(call: &Call<'_>) -> Reply {
    match below(call.shape(), 2) {
        0 => Reply::json(500, &json!({ "error": "Internal server error" })),
        _ => Reply::raw(500, "text/html", "<h1>We're sorry, something went wrong</h1>".to_owned()),
    }
}
