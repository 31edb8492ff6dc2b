//! One record's result. Only attributes that have a value are there.

use captely_contact::Credits;
use serde_json::{Map, Value, json};

use super::qualification::{Kind, Language, Local, of_verdict, qualification};
use super::record::{field, is_searchable};
use crate::chance::{again, draw, mark, topic};
use crate::knowledge::{self, Verdict, verdict};
use crate::ledger::{Charge, Charged, Subject};
use crate::mail_world::MailWorld;
use crate::provider::Provider;
use crate::server::call::Call;
use crate::world::{Person, Wanted, World};

/// The result of a record, and whether it is charged.
pub(super) fn enrich(
    call: &mut Call<'_>,
    record: &Map<String, Value>,
    language: Language,
    siren: bool,
) -> (Map<String, Value>, bool) {
    let mut out = echo(record);
    if !is_searchable(record) {
        return (out, false);
    }
    let given = field(record, "email");
    let texts = ["first_name", "last_name", "full_name", "website", "company", "linkedin"]
        .map(|name| field(record, name));
    let [first, last, full, domain, company, linkedin] = &texts;
    let wanted = Wanted { first, last, full, domain, company, linkedin, email: &given };
    let id = call.world().find(&wanted);
    let person = id.and_then(|id| call.world().person(id));
    if let Some(person) = &person {
        add_person(call.world(), person, siren, &mut out);
    }
    let answer = if given.is_empty() {
        person.as_ref().and_then(|person| found(call.world(), person, language))
    } else {
        Some(checked(call.world(), &given, person.as_ref(), language))
    };
    let Some((email, said, counts)) = answer else { return (out, false) };
    out.insert("email".to_owned(), json!([{ "email": email, "qualification": said }]));
    if !counts {
        return (out, false);
    }
    // An address sent for verification is charged in any case; another one found with it is not.
    let (kind, subject) = match (&person, given.is_empty()) {
        (Some(person), true) => (Charged::Email, Subject::Person(person.id)),
        _ => (Charged::Verification, Subject::Text(mark(&given.to_lowercase()))),
    };
    // The credit itself was taken for the whole batch already.
    call.entry.charges.push(Charge { field: kind, subject, credits: Credits::whole(1) });
    (out, true)
}

/// The address found, its qualification, and whether it counts as verified (and so is charged).
fn found(world: &World, person: &Person, language: Language) -> Option<(String, String, bool)> {
    let known = knowledge::email(world, Provider::Dropcontact, person, false)?;
    let drawn = draw(world.seed(), topic::SHAPE, person.key);
    let local = match known.confidence {
        _ if person.opted_out => Local::DoNotContact,
        _ if known.accept_all => Local::CatchAll,
        0..60 => Local::NonValidated,
        _ if known.email.starts_with("info@") => Local::Generic,
        _ => Local::Nominative,
    };
    let counts = !matches!(local, Local::NonValidated | Local::DoNotContact);
    Some((known.email, qualification(local, Kind::Company, language, drawn), counts))
}

/// The verification of an address that was sent; always charged.
fn checked(
    world: &World,
    email: &str,
    person: Option<&Person>,
    language: Language,
) -> (String, String, bool) {
    let said = verdict(world, Provider::Dropcontact, email);
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let key = world.by_domain(&domain.to_lowercase()).map(|company| world.company_key(company));
    let role = key.is_some_and(|key| world.has_role_address(key, &local.to_lowercase()));
    let (mut local, kind) = of_verdict(said, role, world.domain(domain).is_some());
    if said == Verdict::Valid && person.is_some_and(|p| p.opted_out) {
        local = Local::DoNotContact;
    }
    let drawn = again(world.seed(), mark(email));
    (email.to_owned(), qualification(local, kind, language, drawn), true)
}

/// What the client sent and gets back: names, company, row keys.
fn echo(record: &Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    for name in
        ["first_name", "last_name", "full_name", "company", "website", "linkedin", "country"]
    {
        let text = field(record, name);
        if !text.is_empty() {
            out.insert(name.to_owned(), Value::from(text));
        }
    }
    let siren = field(record, "num_siren");
    if !siren.is_empty() {
        out.insert("siren".to_owned(), Value::from(siren));
    }
    if let Some(fields) = record.get("custom_fields") {
        out.insert("custom_fields".to_owned(), fields.clone());
    }
    out
}

/// What rides along for somebody the provider knows.
fn add_person(world: &World, person: &Person, siren: bool, out: &mut Map<String, Value>) {
    if !knowledge::knows(world, Provider::Dropcontact, person) {
        return;
    }
    let Some(company) = world.company(person.company) else { return };
    let mut add = |name: &str, value: String| out.insert(name.to_owned(), Value::from(value));
    add("first_name", person.first_name.clone());
    add("last_name", person.last_name.clone());
    add("full_name", format!("{} {}", person.first_name, person.last_name));
    add("company", company.name.clone());
    add("website", format!("www.{}", company.domain));
    add("linkedin", person.linkedin_url.clone());
    add("job", person.title.clone());
    add("nb_employees", company.size_class().to_owned());
    add("phone", company.phone.clone());
    if let Some(mobile) = knowledge::mobile(world, Provider::Dropcontact, person) {
        add("mobile_phone", mobile);
    }
    if let Some(number) = company.siren().filter(|_| siren) {
        add("siren", number);
    }
}
