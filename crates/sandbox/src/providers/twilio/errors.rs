//! Twilio's error envelope.

use serde_json::json;

use crate::chance::below;
use crate::server::call::Call;
use crate::server::reply::Reply;

fn error(status: u16, code: u32, message: &str) -> Reply {
    let more = format!("https://www.twilio.com/docs/errors/{code}");
    let body = json!({ "code": code, "message": message, "more_info": more, "status": status });
    Reply::json(status, &body)
}

pub(super) fn unauthorized() -> Reply {
    error(401, 20_003, "Authenticate")
}

/// The path leads nowhere, or the text in it is no number at all.
pub(super) fn not_found(path: &str) -> Reply {
    error(404, 20_404, &format!("The requested resource {path} was not found"))
}

/// A package that does not exist or that is not served here.
pub(super) fn bad_fields(name: &str) -> Reply {
    error(400, 60_600, &format!("Invalid Fields: {name}"))
}

/// The account has no money left; which words then come is in no document.
pub(super) fn not_enabled() -> Reply {
    error(403, 20_403, "The account is not enabled for this request")
}

pub(crate) fn slow_down() -> Reply {
    error(429, 20_429, "Too many requests")
}

pub(crate) fn broken(call: &Call<'_>) -> Reply {
    match below(call.shape(), 2) {
        0 => error(500, 20_500, "Internal server error"),
        _ => Reply::raw(503, "text/html", "<html>Service unavailable</html>".to_owned()),
    }
}
