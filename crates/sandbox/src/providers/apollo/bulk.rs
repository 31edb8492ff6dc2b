//! Up to ten people in one call: answers in the order of the questions, `null` for a miss.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::errors;
use super::matching::{MATCH, flags, look_up};
use super::person::shown;
use super::results::{self, Later};
use crate::ledger::{Charged, Subject};
use crate::server::call::Call;
use crate::server::reply::Reply;

/// People in one call (contract, Endpoints).
const DETAILS_MAX: usize = 10;

/// POST `/people/bulk_match`.
pub(super) fn many(call: &mut Call<'_>) -> Reply {
    let body = call.json().unwrap_or(Value::Null);
    let flags = match flags(call, &body) {
        Ok(flags) => flags,
        Err(refusal) => return refusal,
    };
    let Some(details) = body.get("details").and_then(Value::as_array) else {
        return errors::unprocessable("'details' must be an array of people");
    };
    if details.is_empty() || details.len() > DETAILS_MAX {
        return errors::unprocessable("'details' must hold from 1 to 10 people");
    }
    if call.credits_left() < MATCH {
        return errors::out_of_credits(call);
    }
    let (mut matches, mut people, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for one in details {
        let Some((person, email)) = look_up(call, one) else {
            matches.push(Value::Null);
            continue;
        };
        // The same person twice in one call is one record.
        if seen.insert(person.id) {
            if !call.charge(Charged::Email, Subject::Person(person.id), MATCH) {
                seen.remove(&person.id);
                matches.push(Value::Null);
                continue;
            }
            people.push(person.clone());
        }
        matches.push(shown(call.world(), &person, email.as_ref()));
    }
    let missing = matches.iter().filter(|m| m.is_null()).count();
    let mut answer = json!({
        "status": "success", "error_code": null, "error_message": null,
        "total_requested_enrichments": details.len(),
        "unique_enriched_records": seen.len(),
        "missing_records": missing,
        "credits_consumed": seen.len(),
        "matches": matches,
    });
    if let (true, Some(answer)) = (flags.later(), answer.as_object_mut()) {
        let id = results::begin(call, &Later { people, asked: details.len() }, &flags);
        answer.insert("request_id".to_owned(), json!(id));
    }
    Reply::json(200, &answer)
}
