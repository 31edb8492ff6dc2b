//! Resend: POST `/emails` takes a mail, once for each `Idempotency-Key`. Nothing is delivered: what was
//! taken is read at `/_sandbox/mail`.

mod accept;
mod errors;
mod memory;

use hyper::Method;

pub(crate) use errors::{broken, slow_down};
pub(crate) use memory::Memory;

use crate::meter::Rule;
use crate::server::call::Call;
use crate::server::reply::Reply;

/// "now 10/s" (contract, Rate limits).
const PER_SECOND: Rule = Rule::per_second("emails", 10);

/// Routes a call.
pub(crate) fn answer(call: &mut Call<'_>) -> Reply {
    call.at(if call.path == "/emails" { "emails" } else { "other" });
    if call.header("user-agent").is_empty() {
        return errors::no_user_agent();
    }
    let key = call.header("authorization").strip_prefix("Bearer ").unwrap_or_default().to_owned();
    if key.is_empty() {
        call.entry.bad_key = true;
        return errors::missing_key();
    }
    if !call.opens(&key) {
        return errors::wrong_key();
    }
    if call.path != "/emails" {
        return errors::not_found();
    }
    if call.method != Method::POST {
        return errors::method_not_allowed();
    }
    match call.admit_lookup(PER_SECOND) {
        Ok(()) => accept::accept(call),
        Err((rule, wait_ms)) => errors::over_limit(rule, wait_ms),
    }
}
