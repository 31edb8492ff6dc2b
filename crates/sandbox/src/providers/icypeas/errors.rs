//! Icypeas's refusals. The bodies of its 401 and 429 are in no document, so they vary.

use serde_json::{Value, json};

use crate::chance::below;
use crate::server::call::Call;
use crate::server::reply::Reply;

fn in_some_shape(call: &Call<'_>, status: u16, text: &str) -> Reply {
    match below(call.shape(), 3) {
        0 => Reply::json(status, &json!({ "success": false, "message": text })),
        1 => Reply::json(status, &json!({ "error": text })),
        _ => Reply::text(status, text),
    }
}

pub(super) fn unauthorized(call: &Call<'_>) -> Reply {
    in_some_shape(call, 401, "Unauthorized access.")
}

pub(crate) fn slow_down(call: &Call<'_>) -> Reply {
    in_some_shape(call, 429, "You have exceeded the max number of requests per minute.")
}

pub(crate) fn broken(call: &Call<'_>) -> Reply {
    in_some_shape(call, 500, "Internal server error")
}

pub(super) fn no_route(call: &Call<'_>) -> Reply {
    in_some_shape(call, 404, "Not found")
}

/// A named error inside a 200; where the name stands differs, because no document says.
pub(super) fn named(call: &Call<'_>, name: &str) -> Reply {
    let body = match below(call.shape(), 3) {
        0 => json!({ "success": false, "error": name }),
        1 => json!({ "success": false, "message": name }),
        _ => json!({ "success": false, "error": { "name": name } }),
    };
    Reply::json(200, &body)
}

/// What is wrong with one field.
pub(super) fn fault(field: &str, expected: &str, actual: &Value) -> Value {
    let missing = actual.is_null();
    let (kind, message) = if missing {
        ("required", format!("The '{field}' field is required."))
    } else {
        ("invalid", format!("The '{field}' field must be {expected}."))
    };
    let readable = if missing {
        format!("The field {field} is mandatory.")
    } else {
        format!("The field {field} is not valid.")
    };
    json!({
        "expected": expected,
        "actual": actual,
        "type": kind,
        "field": field,
        "message": message,
        "humanReadableMessage": readable,
    })
}

/// HTTP 200 with `validationErrors`.
pub(super) fn invalid(faults: &[Value]) -> Reply {
    Reply::json(200, &json!({ "success": false, "validationErrors": faults }))
}
