//! Who calls, in which version, and how often.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;

use super::failure::Failure;
use crate::meter::Rule;
use crate::server::call::Call;

/// "test 25+25" reads and writes a second (contract, Rate limits).
const READS: Rule = Rule::per_second("read", 25);
const WRITES: Rule = Rule::per_second("write", 25);
/// "search 20/s".
const SEARCHES: Rule = Rule::per_second("search", 20);
/// The version called basil: the first whose shapes the sandbox has.
const BASIL: &str = "2025-03-31";

/// `Authorization: Bearer sk_test_…`, or Basic with the key as the user.
pub(super) fn key(call: &mut Call<'_>) -> Result<(), Failure> {
    let header = call.header("authorization").to_owned();
    let key = match header.split_once(' ') {
        Some(("Bearer", key)) => key.trim().to_owned(),
        Some(("Basic", coded)) => basic_user(coded).unwrap_or_default(),
        _ => String::new(),
    };
    if key.is_empty() {
        call.entry.bad_key = true;
        return Err(Failure::key(
            "You did not provide an API key. Provide it in the Authorization header, using Bearer auth.",
        ));
    }
    if call.opens(&key) {
        return Ok(());
    }
    let tail = key.get(key.len().saturating_sub(4)..).unwrap_or_default();
    Err(Failure::key(format!("Invalid API Key provided: ****{tail}")))
}

fn basic_user(coded: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(coded.trim()).ok()?).ok()?;
    text.split(':').next().map(str::to_owned)
}

/// "Always send `Stripe-Version`" (contract, Auth): a date and a name, `2026-06-24.dahlia`.
pub(super) fn version(call: &Call<'_>) -> Result<(), Failure> {
    let version = call.header("stripe-version");
    if version.is_empty() {
        return Err(Failure::invalid(
            "The sandbox wants a Stripe-Version, such as 2026-06-24.dahlia; without one the account's default would decide.",
        ));
    }
    let (date, name) = version.split_once('.').unwrap_or((version, ""));
    let shaped = date.len() == BASIL.len()
        && date.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && date.parse::<jiff::civil::Date>().is_ok()
        && name.bytes().all(|b| b.is_ascii_lowercase());
    if !shaped {
        return Err(Failure::invalid(format!("Invalid Stripe API version: {version}")));
    }
    if date < BASIL {
        return Err(Failure::invalid(format!(
            "The sandbox speaks {BASIL}.basil and later, not {version}."
        )));
    }
    Ok(())
}

pub(super) fn limits(call: &mut Call<'_>, path: &str) -> Result<(), Failure> {
    let rule = if path.ends_with("/search") {
        SEARCHES
    } else if call.method == Method::GET {
        READS
    } else {
        WRITES
    };
    call.admit(&[rule]).map_err(|_wait| Failure::too_many())
}
