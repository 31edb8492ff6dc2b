//! Enriching one person.

use captely_contact::Credits;
use serde_json::{Value, json};

use super::errors;
use super::person::shown;
use super::results::{self, Later};
use crate::chance::{draw, happens, topic};
use crate::knowledge::{self, Finding};
use crate::ledger::{Charged, Subject};
use crate::provider::Provider;
use crate::server::call::{Call, text};
use crate::server::reply::Reply;
use crate::world::{Person, Wanted};

/// 1 credit when anything is found, 8 more for a mobile (contract, Cost).
pub(super) const MATCH: Credits = Credits::whole(1);

/// What a request asks for beside the person.
#[derive(Debug, Clone, Default)]
pub(super) struct Flags {
    pub(super) phone: bool,
    pub(super) waterfall_email: bool,
    pub(super) waterfall_phone: bool,
    pub(super) webhook: String,
}

impl Flags {
    /// Whether something comes later.
    pub(super) const fn later(&self) -> bool {
        self.phone || self.waterfall_email || self.waterfall_phone
    }
}

/// A parameter from the query or, failing that, from the body.
pub(super) fn parameter(call: &Call<'_>, body: &Value, name: &str) -> String {
    match call.query(name) {
        "" => match body.get(name) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Bool(flag)) => flag.to_string(),
            _ => String::new(),
        },
        text => text.to_owned(),
    }
}

/// The flags, or the 422 that refuses them.
pub(super) fn flags(call: &Call<'_>, body: &Value) -> Result<Flags, Reply> {
    let on = |name: &str| parameter(call, body, name).eq_ignore_ascii_case("true");
    let flags = Flags {
        phone: on("reveal_phone_number"),
        waterfall_email: on("run_waterfall_email"),
        waterfall_phone: on("run_waterfall_phone"),
        webhook: parameter(call, body, "webhook_url"),
    };
    if flags.later() && flags.webhook.is_empty() {
        let which = if flags.phone { "reveal_phone_number" } else { "run_waterfall" };
        return Err(errors::unprocessable(&format!(
            "Please add a valid 'webhook_url' parameter when using '{which}'"
        )));
    }
    let public = flags.webhook.starts_with("https://") || is_loopback(&flags.webhook);
    if !flags.webhook.is_empty() && !public {
        return Err(errors::unprocessable("'webhook_url' must be a public https address"));
    }
    Ok(flags)
}

/// The sandbox alone takes plain loopback URLs too, because they are the only ones it delivers to.
fn is_loopback(url: &str) -> bool {
    url.starts_with("http://127.0.0.1:")
}

/// POST `/people/match`.
pub(super) fn one(call: &mut Call<'_>) -> Reply {
    let body = call.json().unwrap_or(Value::Null);
    let flags = match flags(call, &body) {
        Ok(flags) => flags,
        Err(refusal) => return refusal,
    };
    let mut details = serde_json::Map::new();
    for name in IDENTIFIERS {
        let value = parameter(call, &body, name);
        if !value.is_empty() {
            details.insert(name.to_owned(), Value::from(value));
        }
    }
    if call.credits_left() < MATCH {
        return errors::out_of_credits(call);
    }
    let found = look_up(call, &Value::Object(details));
    if let Some((person, _)) = &found
        && !call.charge(Charged::Email, Subject::Person(person.id), MATCH)
    {
        return errors::out_of_credits(call);
    }
    let mut answer = json!({
        "person": found.as_ref().map(|(person, email)| shown(call.world(), person, email.as_ref())),
    });
    if let (true, Some(answer)) = (flags.later(), answer.as_object_mut()) {
        let people = found.map(|(person, _)| person).into_iter().collect();
        let id = results::begin(call, &Later { people, asked: 1 }, &flags);
        answer.insert("request_id".to_owned(), json!(id));
        if flags.waterfall_email || flags.waterfall_phone {
            let waterfall = json!({ "status": "accepted", "message": "Waterfall was started." });
            answer.insert("waterfall".to_owned(), waterfall);
        }
    }
    Reply::json(200, &answer)
}

const IDENTIFIERS: [&str; 8] = [
    "first_name",
    "last_name",
    "name",
    "email",
    "organization_name",
    "domain",
    "id",
    "linkedin_url",
];

/// The person these identifiers mean, if Apollo knows them, with the address if it has one.
pub(super) fn look_up(call: &Call<'_>, details: &Value) -> Option<(Person, Option<Finding>)> {
    let world = call.world();
    let wanted = Wanted {
        first: text(details, "first_name"),
        last: text(details, "last_name"),
        full: text(details, "name"),
        domain: text(details, "domain"),
        company: text(details, "organization_name"),
        linkedin: text(details, "linkedin_url"),
        email: text(details, "email"),
    };
    let person = world.find(&wanted).and_then(|id| world.person(id))?;
    let email = knowledge::email(world, Provider::Apollo, &person, false);
    // Without an address there is sometimes a thin person and sometimes none.
    let drawn = draw(world.seed(), topic::KNOWN_FACTS, person.key ^ (1 << 60));
    (email.is_some() || happens(drawn, 350)).then_some((person, email))
}
