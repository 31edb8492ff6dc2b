//! Finding one person's address.

use captely_contact::Credits;
use serde_json::{Value, json};

use super::shown::{self, date, source, status_word};
use super::{errors, params, pending};
use crate::chance::{again, draw, happens, mark, topic};
use crate::knowledge::{self, Finding};
use crate::ledger::{Charged, Subject};
use crate::provider::Provider;
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::world::{Person, Wanted};

const PARAMS: [&str; 7] = [
    "first_name",
    "last_name",
    "full_name",
    "domain",
    "company",
    "linkedin_handle",
    "max_duration",
];
const COST: Credits = Credits::whole(1);

/// GET `/email-finder`.
pub(super) fn find(call: &mut Call<'_>) -> Reply {
    if let Some(refusal) = wrong(call) {
        return refusal;
    }
    if call.credits_left() < COST {
        return errors::out_of_credits(call);
    }
    if let Some(wait) = pending::wait(call) {
        return wait;
    }
    let handle = call.query("linkedin_handle");
    let wanted = Wanted {
        first: call.query("first_name"),
        last: call.query("last_name"),
        full: call.query("full_name"),
        domain: call.query("domain"),
        company: call.query("company"),
        linkedin: handle,
        ..Wanted::default()
    };
    let by_name = wanted.domain.is_empty() && handle.is_empty();
    let person = call.world().find(&wanted).and_then(|id| call.world().person(id));
    if person.as_ref().is_some_and(|p| p.opted_out) {
        return errors::claimed();
    }
    let found = person.and_then(|person| {
        let known = knowledge::email(call.world(), Provider::Hunter, &person, by_name)?;
        Some((person, known))
    });
    let Some((person, known)) = found else { return nothing(call) };
    if !call.charge(Charged::Email, Subject::Person(person.id), COST) {
        return errors::out_of_credits(call);
    }
    let data = data(call, &person, &known);
    Reply::json(200, &json!({ "data": data, "meta": { "params": params(call, &PARAMS) } }))
}

/// What is missing from, or wrong with, the parameters.
fn wrong(call: &Call<'_>) -> Option<Reply> {
    let given = |name: &str| !call.query(name).is_empty();
    let handle = given("linkedin_handle");
    if !(given("domain") || given("company") || handle) {
        return Some(errors::wrong_params("You are missing the domain parameter"));
    }
    let named = given("full_name") || (given("first_name") && given("last_name"));
    if !(named || handle) {
        let details = "You are missing the first_name and last_name, or the full_name parameter";
        return Some(errors::wrong_params(details));
    }
    let duration = call.query("max_duration");
    let fits = duration.is_empty() || duration.parse::<u8>().is_ok_and(|s| (3..=20).contains(&s));
    (!fits).then(|| errors::wrong_params("max_duration must be from 3 to 20"))
}

/// Mostly a 200 with nulls; a 404 is declared too.
fn nothing(call: &Call<'_>) -> Reply {
    let said: Vec<&str> = PARAMS.iter().map(|name| call.query(name)).collect();
    let drawn = draw(call.world().seed(), topic::SHAPE, mark(&said.join("|")));
    if happens(drawn, 150) {
        return errors::not_found("No address was found.");
    }
    let value = |name: &str| match call.query(name) {
        "" => Value::Null,
        text => Value::from(text),
    };
    let data = json!({
        "first_name": value("first_name"), "last_name": value("last_name"), "email": null,
        "score": null, "domain": value("domain"), "accept_all": null, "position": null,
        "twitter": null, "linkedin_url": null, "phone_number": null, "company": value("company"),
        "sources": [], "verification": { "date": null, "status": null },
    });
    Reply::json(200, &json!({ "data": data, "meta": { "params": params(call, &PARAMS) } }))
}

fn data(call: &Call<'_>, person: &Person, known: &Finding) -> Value {
    let world = call.world();
    let domain = known.email.rsplit_once('@').map_or("", |(_, domain)| domain);
    let company = world.by_domain(domain).and_then(|id| world.company(id));
    let drawn = draw(world.seed(), topic::SHAPE, person.key);
    let status = knowledge::verdict(world, Provider::Hunter, &known.email);
    let verification = if happens(again(drawn, 1), 900) {
        json!({ "date": date(call, again(drawn, 2)), "status": status_word(status) })
    } else {
        json!({ "date": null, "status": null })
    };
    let sources = if happens(again(drawn, 3), 550) {
        json!([source(call, domain, again(drawn, 4))])
    } else {
        json!([])
    };
    json!({
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": known.email,
        "score": known.confidence,
        "domain": domain,
        "accept_all": known.accept_all,
        "position": shown::sometimes(&person.title, again(drawn, 5)),
        "twitter": null,
        "linkedin_url": shown::sometimes(&person.linkedin_url, again(drawn, 6)),
        "phone_number": null,
        "company": company.map(|c| c.name.clone()),
        "sources": sources,
        "verification": verification,
    })
}
