//! From a work address to a profile.

use captely_contact::Credits;
use serde_json::{Value, json};

use super::errors::{fault, invalid};
use crate::chance::{draw, topic};
use crate::knowledge;
use crate::ledger::{Charged, Subject};
use crate::provider::Provider;
use crate::server::call::{Call, text};
use crate::server::reply::Reply;

/// POST `/reverse-email-lookup`. What it costs is in no document; one credit is taken for a profile.
pub(super) fn look_up(call: &mut Call<'_>) -> Reply {
    let body = call.json().unwrap_or(Value::Null);
    let email = text(&body, "email").to_owned();
    if !email.contains('@') {
        return invalid(&[fault(
            "email",
            "an e-mail address",
            body.get("email").unwrap_or(&Value::Null),
        )]);
    }
    let world = call.world();
    let person = world.by_email(&email).and_then(|id| world.person(id));
    let person = person.filter(|p| knowledge::knows(world, Provider::Icypeas, p));
    let charged = person.filter(|person| {
        call.charge(Charged::Profile, Subject::Person(person.id), Credits::whole(1))
    });
    let search = draw(call.world().seed(), topic::REQUEST_ID, call.number);
    let body = json!({
        "success": true,
        "searchId": format!("{search:016x}"),
        "status": if charged.is_some() { "FOUND" } else { "NOT_FOUND" },
        "result": charged.map(|p| p.linkedin_url).unwrap_or_default(),
    });
    Reply::json(200, &body)
}
