//! A person and an organisation as Apollo shows them.

use serde_json::{Value, json};

use crate::chance::{again, below, draw, happens, topic};
use crate::knowledge::Finding;
use crate::world::{Company, Person, World};

/// An id of 24 hexadecimal digits, as its database makes them.
pub(super) fn object_id(seed: u64, kind: u64, number: u64) -> String {
    let drawn = draw(seed, topic::REQUEST_ID, number ^ kind.rotate_left(48));
    let low = again(drawn, 1) & 0xFFFF_FFFF;
    format!("{drawn:016x}{low:08x}")
}

/// The id of a person.
pub(super) fn person_id(world: &World, person: &Person) -> String {
    object_id(world.seed(), 1, person.key)
}

/// `person` in an answer; `known` is the address, if one is given.
pub(super) fn shown(world: &World, person: &Person, known: Option<&Finding>) -> Value {
    let drawn = draw(world.seed(), topic::SHAPE, person.key);
    let company = world.company(person.company);
    let (email, status) = email_of(known, drawn);
    let name = company.as_ref().map(|c| c.name.clone());
    let organization = company.as_ref().map(|c| object_id(world.seed(), 2, c.key));
    let started = 2012 + below(again(drawn, 2), 13);
    json!({
        "id": person_id(world, person),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": format!("{} {}", person.first_name, person.last_name),
        "linkedin_url": person.linkedin_url.replace("https://", "http://"),
        "title": person.title,
        "headline": name.as_ref().map(|name| format!("{} at {name}", person.title)),
        "email": email,
        "email_status": status,
        "extrapolated_email_confidence": null,
        "photo_url": null, "twitter_url": null, "github_url": null, "facebook_url": null,
        "organization_id": organization,
        "employment_history": [{
            "_id": object_id(world.seed(), 3, person.key), "current": true,
            "organization_id": organization, "organization_name": name, "title": person.title,
            "start_date": format!("{started}-04-01"), "end_date": null,
        }],
        "city": company.as_ref().map(|c| c.city), "state": null,
        "country": company.as_ref().map(|c| c.country.name),
        "departments": [person.department], "subdepartments": [], "functions": [person.department],
        "seniority": person.seniority.as_str(),
        "personal_emails": [],
        "organization": company.as_ref().map(|c| shown_organization(world.seed(), c)),
    })
}

/// Address and status; a locked one shows a placeholder.
fn email_of(known: Option<&Finding>, drawn: u64) -> (Value, Value) {
    match known {
        None if happens(again(drawn, 3), 300) => {
            (json!("email_not_unlocked@domain.com"), Value::Null)
        }
        None => (
            Value::Null,
            if happens(again(drawn, 4), 500) { json!("unavailable") } else { Value::Null },
        ),
        Some(found) => {
            let status = match found.confidence {
                _ if found.accept_all => "extrapolated",
                88.. => "verified",
                75..88 => "likely to engage",
                60..75 => "guessed",
                _ => "unverified",
            };
            (json!(found.email), json!(status))
        }
    }
}

/// `organization` in an answer.
pub(super) fn shown_organization(seed: u64, company: &Company) -> Value {
    json!({
        "id": object_id(seed, 2, company.key),
        "name": company.name,
        "website_url": format!("http://www.{}", company.domain),
        "primary_domain": company.domain,
        "linkedin_url": format!("http://www.linkedin.com/company/sbx-{}", company.id),
        "founded_year": company.founded,
        "industry": company.industry,
        "estimated_num_employees": company.employees,
        "keywords": [],
        "phone": company.phone,
        "primary_phone": {
            "number": company.phone, "source": "Account", "sanitized_number": company.phone,
        },
        "city": company.city,
        "country": company.country.name,
        "current_technologies": [],
    })
}
