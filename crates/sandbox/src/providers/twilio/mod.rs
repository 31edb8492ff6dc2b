//! Twilio Lookup v2: one GET a number, with the packages that the query names.

mod errors;
mod lookup;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;

pub(crate) use errors::{broken, slow_down};

use crate::meter::Rule;
use crate::server::call::Call;
use crate::server::reply::Reply;

/// Its limits are each account's own and not published; this one is ours.
const BURST: Rule = Rule::per_second("lookup", 50);

/// Routes a call.
pub(crate) fn answer(call: &mut Call<'_>) -> Reply {
    let Some(number) = call.path.strip_prefix("/v2/PhoneNumbers/") else {
        call.at("other");
        return errors::not_found(call.path);
    };
    call.at("PhoneNumbers");
    let (sid, secret) = credentials(call).unwrap_or_default();
    if !call.opens(&sid) {
        return errors::unauthorized();
    }
    if secret != call.sim.twilio_secret {
        call.entry.bad_key = true;
        return errors::unauthorized();
    }
    if call.method != Method::GET {
        return errors::not_found(call.path);
    }
    if call.admit_lookup(BURST).is_err() {
        return slow_down();
    }
    lookup::look_up(call, &decoded(number))
}

/// User and password of HTTP Basic (RFC 7617).
fn credentials(call: &Call<'_>) -> Option<(String, String)> {
    let pair = call.header("authorization").strip_prefix("Basic ")?;
    let pair = String::from_utf8(STANDARD.decode(pair).ok()?).ok()?;
    pair.split_once(':').map(|(sid, secret)| (sid.to_owned(), secret.to_owned()))
}

/// The number in the path. A plus sign that was not written `%2B` becomes a blank.
fn decoded(number: &str) -> String {
    let as_query = format!("n={number}");
    let mut pairs = form_urlencoded::parse(as_query.as_bytes());
    pairs.next().map(|(_, number)| number.into_owned()).unwrap_or_default()
}
