//! All addresses of a domain, and how many there are.

use captely_contact::Credits;
use serde_json::{Value, json};

use super::shown::{self, date, source, status_word};
use super::{errors, params};
use crate::chance::{again, draw, topic};
use crate::knowledge;
use crate::ledger::{Charged, Subject};
use crate::mail_world::Personality;
use crate::provider::Provider;
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::world::{Company, Person, ROLES, World};

const PARAMS: [&str; 8] =
    ["domain", "company", "limit", "offset", "type", "seniority", "department", "required_field"];
/// The last address that the sandbox's plan may page to.
const OFFSET_MAX: usize = 1_000;

/// An address of the domain: a person's, or a function's.
enum Known {
    Personal(Box<Person>, knowledge::Finding),
    Generic(String),
}

/// GET `/domain-search`: one credit for each ten addresses begun.
pub(super) fn search(call: &mut Call<'_>) -> Reply {
    let (domain, name) = (call.query("domain"), call.query("company"));
    if domain.is_empty() && name.is_empty() {
        return errors::wrong_params("You are missing the domain parameter");
    }
    let Some((limit, offset)) = paging(call) else {
        return errors::wrong_params("limit must be from 1 to 100, offset a whole number");
    };
    if offset > OFFSET_MAX {
        return errors::pagination("Your plan does not reach that offset.");
    }
    if call.credits_left() < Credits::whole(1) {
        return errors::out_of_credits(call);
    }
    let world = call.world();
    let company = world.find_company(domain, name).and_then(|id| world.company(id));
    let Some(company) = company else {
        let data = json!({ "domain": domain, "emails": [], "pattern": null, "organization": null });
        return answer(call, &data, 0, limit, offset);
    };
    let all = known(world, &company, call.query("type"));
    let page: Vec<Value> = all
        .iter()
        .skip(offset)
        .take(limit)
        .map(|known| shown_email(call, &company, known))
        .collect();
    let credits = i64::try_from(page.len().div_ceil(10)).unwrap_or(0);
    if credits > 0 {
        // A further page is another result.
        let subject = if offset == 0 {
            Subject::Company(company.id)
        } else {
            Subject::Text(crate::chance::mark(&format!("{}|{offset}", company.domain)))
        };
        if !call.charge(Charged::Domain, subject, Credits::whole(credits)) {
            return errors::out_of_credits(call);
        }
    }
    let data = json!({
        "domain": company.domain,
        "disposable": false,
        "webmail": false,
        "accept_all": company.personality == Personality::CatchAll,
        "pattern": company.pattern.as_str(),
        "organization": company.name,
        "country": company.country.code,
        "emails": page,
        "linked_domains": [],
    });
    answer(call, &data, all.len(), limit, offset)
}

/// GET `/email-count`.
pub(super) fn count(call: &Call<'_>) -> Reply {
    let world = call.world();
    let company = world
        .find_company(call.query("domain"), call.query("company"))
        .and_then(|id| world.company(id));
    let total = company.map_or(0, |company| known(world, &company, "").len());
    Reply::json(200, &json!({ "data": { "total": total } }))
}

fn answer(call: &Call<'_>, data: &Value, results: usize, limit: usize, offset: usize) -> Reply {
    let meta = json!({
        "results": results, "limit": limit, "offset": offset, "params": params(call, &PARAMS),
    });
    Reply::json(200, &json!({ "data": data, "meta": meta }))
}

fn paging(call: &Call<'_>) -> Option<(usize, usize)> {
    let number = |name: &str, default: usize| match call.query(name) {
        "" => Some(default),
        text => text.parse().ok(),
    };
    let limit = number("limit", 10).filter(|limit| (1..=100).contains(limit))?;
    Some((limit, number("offset", 0)?))
}

fn known(world: &World, company: &Company, kind: &str) -> Vec<Known> {
    let mut all = Vec::new();
    if kind != "generic" {
        for id in world.people_of(company.id) {
            let Some(person) = world.person(id).filter(|p| !p.opted_out) else { continue };
            let email = knowledge::email(world, Provider::Hunter, &person, false);
            let here = email.filter(|e| e.email.ends_with(&format!("@{}", company.domain)));
            if let Some(email) = here {
                all.push(Known::Personal(Box::new(person), email));
            }
        }
    }
    if kind != "personal" {
        let roles = ROLES.iter().filter(|(role, _)| world.has_role_address(company.key, role));
        all.extend(roles.map(|(role, _)| Known::Generic(format!("{role}@{}", company.domain))));
    }
    all
}

fn shown_email(call: &Call<'_>, company: &Company, known: &Known) -> Value {
    let (value, confidence, person) = match known {
        Known::Personal(person, finding) => (&finding.email, finding.confidence, Some(person)),
        Known::Generic(email) => (email, 90, None),
    };
    let drawn = draw(call.world().seed(), topic::SHAPE, crate::chance::mark(value));
    let status = knowledge::verdict(call.world(), Provider::Hunter, value);
    json!({
        "value": value,
        "type": if person.is_some() { "personal" } else { "generic" },
        "confidence": confidence,
        "sources": [source(call, &company.domain, again(drawn, 1))],
        "first_name": person.map(|p| &p.first_name),
        "last_name": person.map(|p| &p.last_name),
        "position": person.and_then(|p| shown::sometimes(&p.title, again(drawn, 2))),
        "seniority": null,
        "department": person.map(|p| p.department),
        "linkedin": null,
        "twitter": null,
        "phone_number": null,
        "verification": { "date": date(call, again(drawn, 3)), "status": status_word(status) },
    })
}
