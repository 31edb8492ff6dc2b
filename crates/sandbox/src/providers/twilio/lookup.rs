//! GET `/v2/PhoneNumbers/{E.164}`: validation is free, each package of a valid number is charged.

use captely_contact::Credits;
use serde_json::{Value, json};

use super::errors;
use crate::chance::{again, draw, happens, mark, topic};
use crate::ledger::{Charged, Subject};
use crate::provider::Provider;
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::world::{Line, LineState};

/// One package of one number.
const COST: Credits = Credits::whole(1);

/// Every package; those that nobody asked for are null in the answer.
const PACKAGES: [&str; 10] = [
    "caller_name",
    "sim_swap",
    "call_forwarding",
    "line_status",
    "line_type_intelligence",
    "identity_match",
    "reassigned_number",
    "sms_pumping_risk",
    "phone_number_quality_score",
    "pre_fill",
];

/// Those that this sandbox has something to say in.
const SERVED: [&str; 2] = ["line_status", "line_type_intelligence"];

/// The number is provisioned nowhere, or out of coverage.
const OUT_OF_COVERAGE: u32 = 60_600;

pub(super) fn look_up(call: &mut Call<'_>, number: &str) -> Reply {
    let asked: Vec<String> = call.query("Fields").split(',').map(|f| f.trim().to_owned()).collect();
    let asked: Vec<&str> = asked.iter().map(String::as_str).filter(|f| !f.is_empty()).collect();
    if let Some(stranger) = asked.iter().find(|field| !SERVED.contains(field)) {
        return errors::bad_fields(stranger);
    }
    let digits = number.strip_prefix('+').filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let Some(digits) = digits.filter(|digits| !digits.is_empty()) else {
        return errors::not_found(call.path);
    };
    let Some(line) = call.world().line(number) else {
        return Reply::json(200, &shown(number, None, &json!([refusal(digits)])));
    };
    // Both stand for "nothing wrong".
    let nothing = if happens(call.shape(), 500) { json!([]) } else { Value::Null };
    let mut answer = shown(number, Some(&line), &nothing);
    for package in asked {
        // One text for each package, so that paying for the same one again is seen.
        let subject = Subject::Text(mark(&format!("{package}|{number}")));
        if !call.charge(Charged::Verification, subject, COST) {
            return errors::not_enabled();
        }
        let said = self::package(call.world().seed(), package, number, &line);
        if let Some(answer) = answer.as_object_mut() {
            answer.insert(package.to_owned(), said);
        }
    }
    Reply::json(200, &answer)
}

/// Why a number outside of the world's ranges is no valid one.
fn refusal(digits: &str) -> &'static str {
    match digits.len() {
        0..=6 => "TOO_SHORT",
        7..=15 => "INVALID_BUT_POSSIBLE",
        _ => "TOO_LONG",
    }
}

fn shown(number: &str, line: Option<&Line>, errors: &Value) -> Value {
    let national = line.and_then(|line| number.get(line.calling.len().saturating_add(1)..));
    let mut shown = json!({
        "calling_country_code": line.map(|line| line.calling),
        "country_code": line.map(|line| line.country),
        "phone_number": number,
        "national_format": national,
        "valid": line.is_some(),
        "validation_errors": errors,
        "url": format!("https://lookups.twilio.com/v2/PhoneNumbers/{number}"),
    });
    if let Some(shown) = shown.as_object_mut() {
        shown.extend(PACKAGES.iter().map(|name| ((*name).to_owned(), Value::Null)));
    }
    shown
}

/// What a package says; now and then only that it failed, inside the 200 and charged like any other.
fn package(seed: u64, package: &str, number: &str, line: &Line) -> Value {
    let drawn = draw(seed, topic::VERIFICATION, mark(number) ^ Provider::Twilio.number());
    let failed = happens(again(drawn, 1), 10);
    let error_code = failed.then_some(OUT_OF_COVERAGE);
    if package == "line_status" {
        let status = (!failed).then(|| state_word(line.state));
        return json!({ "status": status, "error_code": error_code });
    }
    let untold = failed || happens(again(drawn, 2), 15);
    let kind = match line.mobile {
        _ if untold => "unknown",
        true => "mobile",
        false => "landline",
    };
    let carrier = (!untold).then(|| line.carrier());
    // The country code that ITU-T E.212 keeps for tests.
    let (country, network) = (carrier.as_ref().map(|_| "001"), carrier.as_ref().map(|_| "01"));
    json!({
        "error_code": error_code,
        "mobile_country_code": country,
        "mobile_network_code": network.filter(|_| line.mobile),
        "carrier_name": carrier,
        "type": (!failed).then_some(kind),
    })
}

const fn state_word(state: LineState) -> &'static str {
    match state {
        LineState::Active => "active",
        LineState::Reachable => "reachable",
        LineState::Unreachable => "unreachable",
        LineState::Inactive => "inactive",
        LineState::Untold => "unknown",
    }
}
