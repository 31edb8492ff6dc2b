//! Verifying an address.

use captely_contact::{Credits, EmailAddress};
use serde_json::json;

use super::shown::status_word;
use super::{errors, params, pending};
use crate::chance::{again, below, draw, happens, mark, topic};
use crate::knowledge::{Verdict, verdict};
use crate::ledger::{Charged, Subject};
use crate::mail_world::{MailWorld, Personality};
use crate::provider::Provider;
use crate::server::call::Call;
use crate::server::reply::Reply;

const COST: Credits = Credits::millis(500);

/// GET `/email-verifier`.
pub(super) fn verify(call: &mut Call<'_>) -> Reply {
    let email = call.query("email").to_lowercase();
    if email.is_empty() {
        return errors::wrong_params("You are missing the email parameter");
    }
    if email.parse::<EmailAddress>().is_err() {
        return errors::wrong_params("The email parameter is no e-mail address");
    }
    if call.credits_left() < COST {
        return errors::out_of_credits(call);
    }
    let holder = call.world().by_email(&email).and_then(|id| call.world().person(id));
    if holder.is_some_and(|person| person.opted_out) {
        return errors::claimed();
    }
    if let Some(wait) = pending::wait(call) {
        return wait;
    }
    if !call.charge(Charged::Verification, Subject::Text(mark(&email)), COST) {
        return errors::out_of_credits(call);
    }
    let said = verdict(call.world(), Provider::Hunter, &email);
    let drawn = draw(call.world().seed(), topic::SHAPE, mark(&email));
    let result = match said {
        Verdict::Valid => "deliverable",
        Verdict::Invalid => "undeliverable",
        Verdict::AcceptAll | Verdict::Webmail | Verdict::Disposable | Verdict::Unknown => "risky",
    };
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    let mail = call.world().domain(domain);
    let reachable =
        mail.as_ref().is_some_and(|m| !m.mx.is_empty() && m.personality != Personality::DeadHost)
            || matches!(said, Verdict::Webmail);
    let base = match said {
        Verdict::Valid => 88,
        Verdict::Webmail => 75,
        Verdict::AcceptAll => 55,
        Verdict::Unknown => 40,
        Verdict::Disposable => 20,
        Verdict::Invalid => 0,
    };
    let mut data = json!({
        "status": status_word(said),
        "result": result,
        "score": base + below(again(drawn, 1), 11),
        "email": email,
        "regexp": true,
        "gibberish": false,
        "disposable": said == Verdict::Disposable,
        "webmail": said == Verdict::Webmail,
        "mx_records": mail.as_ref().is_some_and(|m| !m.mx.is_empty()) || said == Verdict::Webmail,
        "smtp_server": reachable,
        "smtp_check": matches!(said, Verdict::Valid | Verdict::AcceptAll | Verdict::Webmail),
        "accept_all": said == Verdict::AcceptAll,
        "block": said == Verdict::Unknown && reachable,
        "sources": [],
    });
    if let (true, Some(data)) = (happens(again(drawn, 2), 300), data.as_object_mut()) {
        let notice = json!("Using result is deprecated, use status instead");
        data.insert("_deprecation_notice".to_owned(), notice);
    }
    Reply::json(200, &json!({ "data": data, "meta": { "params": params(call, &["email"]) } }))
}
