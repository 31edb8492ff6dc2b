//! Facts on a person or company, in camel case.

use captely_contact::Credits;
use serde_json::{Value, json};

use super::{errors, params};
use crate::knowledge;
use crate::ledger::{Charged, Subject};
use crate::provider::Provider;
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::world::{Company, Person, Wanted};

const COST: Credits = Credits::whole(1);

/// GET `/people/find`.
pub(super) fn person(call: &mut Call<'_>) -> Reply {
    match known_person(call) {
        Ok(person) => {
            if !call.charge(Charged::Profile, Subject::Person(person.id), COST) {
                return errors::out_of_credits(call);
            }
            let meta = json!({ "params": params(call, &["email", "linkedin_handle"]) });
            Reply::json(200, &json!({ "data": shown_person(call, &person), "meta": meta }))
        }
        Err(refusal) => refusal,
    }
}

/// GET `/companies/find`.
pub(super) fn company(call: &mut Call<'_>) -> Reply {
    let domain = call.query("domain");
    if domain.is_empty() {
        return errors::wrong_params("You are missing the domain parameter");
    }
    let world = call.world();
    let company = world.find_company(domain, "").and_then(|id| world.company(id));
    let Some(company) = company else { return errors::not_found("This company is not known.") };
    if !call.charge(Charged::Company, Subject::Company(company.id), COST) {
        return errors::out_of_credits(call);
    }
    let meta = json!({ "params": params(call, &["domain"]) });
    Reply::json(200, &json!({ "data": shown_company(&company), "meta": meta }))
}

/// GET `/combined/find`.
pub(super) fn combined(call: &mut Call<'_>) -> Reply {
    match known_person(call) {
        Ok(person) => {
            if !call.charge(Charged::Profile, Subject::Person(person.id), COST) {
                return errors::out_of_credits(call);
            }
            let company = call.world().employer(&person);
            let data = json!({
                "person": shown_person(call, &person),
                "company": company.map(|c| shown_company(&c)),
            });
            let meta = json!({ "params": params(call, &["email"]) });
            Reply::json(200, &json!({ "data": data, "meta": meta }))
        }
        Err(refusal) => refusal,
    }
}

fn known_person(call: &Call<'_>) -> Result<Person, Reply> {
    let (email, linkedin) = (call.query("email"), call.query("linkedin_handle"));
    if email.is_empty() && linkedin.is_empty() {
        return Err(errors::wrong_params("You are missing the email parameter"));
    }
    if call.credits_left() < COST {
        return Err(errors::out_of_credits(call));
    }
    let world = call.world();
    let wanted = Wanted { linkedin, email, ..Wanted::default() };
    let person = world.find(&wanted).and_then(|id| world.person(id));
    let person = person.filter(|p| p.opted_out || knowledge::knows(world, Provider::Hunter, p));
    match person {
        Some(person) if person.opted_out => Err(errors::claimed()),
        Some(person) => Ok(person),
        None => Err(errors::not_found("This person is not known.")),
    }
}

fn shown_person(call: &Call<'_>, person: &Person) -> Value {
    let company = call.world().employer(person);
    let handle = person.linkedin_url.rsplit_once('/').map(|(_, handle)| handle);
    json!({
        "id": format!("sbx-{}", person.id),
        "name": {
            "fullName": format!("{} {}", person.first_name, person.last_name),
            "givenName": person.first_name,
            "familyName": person.last_name,
        },
        "email": call.world().listed_email(person),
        "location": company.as_ref().map(|c| format!("{}, {}", c.city, c.country.name)),
        "timeZone": null,
        "geo": {
            "city": company.as_ref().map(|c| c.city), "state": null,
            "country": company.as_ref().map(|c| c.country.name), "lat": null, "lng": null,
        },
        "employment": {
            "domain": company.as_ref().map(|c| &c.domain), "name": company.as_ref().map(|c| &c.name),
            "title": person.title, "role": person.department, "seniority": person.seniority.as_str(),
        },
        "facebook": { "handle": null }, "github": { "handle": null }, "twitter": { "handle": null },
        "linkedin": { "handle": handle },
        "emailProvider": null, "phone": null, "activeAt": null, "inactiveAt": null,
    })
}

fn shown_company(company: &Company) -> Value {
    json!({
        "id": format!("sbx-{}", company.id),
        "name": company.name, "legalName": company.name, "domain": company.domain,
        "domainAliases": [],
        "site": { "phoneNumbers": [company.phone], "emailAddresses": [] },
        "category": {
            "sector": null, "industry": company.industry, "industryGroup": null,
            "naicsCode": null, "sicCode": null, "gicsCode": null,
        },
        "tags": [], "description": null, "foundedYear": company.founded,
        "location": format!("{}, {}", company.city, company.country.name),
        "geo": { "city": company.city, "country": company.country.name },
        "logo": null, "type": "private", "ticker": null,
        "metrics": {
            "employees": company.employees, "employeesRange": company.size_class(),
            "marketCap": null, "raised": null, "annualRevenue": null, "trafficRank": null,
        },
        "tech": [], "techCategories": [], "fundingRounds": [],
    })
}
