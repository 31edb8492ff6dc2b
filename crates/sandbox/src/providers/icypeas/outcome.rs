//! What a search finds, and what it costs.

use captely_contact::Credits;

use super::item::{Found, Task};
use crate::chance::{again, draw, happens, mark, topic};
use crate::knowledge::{self, Verdict, verdict};
use crate::ledger::{Charged, Subject};
use crate::provider::Provider;
use crate::server::call::Call;
use crate::world::{ROLES, Wanted};

/// One credit for a result of a search, a tenth for a verification (contract, Cost).
const SEARCH: Credits = Credits::whole(1);
const VERIFICATION: Credits = Credits::millis(100);

/// The end of a search: its last status and its addresses. Charges are taken here.
pub(super) fn decide(
    call: &mut Call<'_>,
    task: Task,
    first: &str,
    last: &str,
    about: &str,
) -> (&'static str, Vec<Found>) {
    let drawn = draw(call.world().seed(), topic::SHAPE, mark(&format!("{first}|{last}|{about}")));
    let cost = if task == Task::EmailVerification { VERIFICATION } else { SEARCH };
    if call.credits_left() < cost {
        return ("INSUFFICIENT_FUNDS", Vec::new());
    }
    if happens(call.shape(), call.settings().faults.server_error / 4) {
        return ("ABORTED", Vec::new());
    }
    match task {
        Task::EmailSearch => search(call, first, last, about, drawn),
        Task::EmailVerification => verify(call, about, drawn),
        Task::DomainSearch => roles(call, about),
    }
}

/// Some successful searches end as FOUND, most as DEBITED.
fn found(drawn: u64) -> &'static str {
    if happens(again(drawn, 1), 80) { "FOUND" } else { "DEBITED" }
}

fn missed(drawn: u64) -> &'static str {
    if happens(again(drawn, 2), 400) { "DEBITED_NOT_FOUND" } else { "NOT_FOUND" }
}

fn search(
    call: &mut Call<'_>,
    first: &str,
    last: &str,
    about: &str,
    drawn: u64,
) -> (&'static str, Vec<Found>) {
    if !about.chars().any(char::is_alphanumeric) {
        return ("BAD_INPUT", Vec::new());
    }
    let wanted = Wanted { first, last, domain: about, company: about, ..Wanted::default() };
    let Some(id) = call.world().find(&wanted) else { return (missed(drawn), Vec::new()) };
    let known = call.world().person(id).and_then(|person| {
        knowledge::email(call.world(), Provider::Icypeas, &person, !about.contains('.'))
    });
    let Some(known) = known else { return (missed(drawn), Vec::new()) };
    if !call.charge(Charged::Email, Subject::Person(id), SEARCH) {
        return ("INSUFFICIENT_FUNDS", Vec::new());
    }
    let certainty = match known.confidence {
        _ if known.accept_all => "probable",
        96.. => "ultra_sure",
        88..96 => "very_sure",
        // Older documents list it, and accounts of that time may still get it.
        80..88 => "sure",
        _ => "probable",
    };
    (found(drawn), vec![Found { email: known.email, certainty }])
}

/// Statuses of verifications other than "it exists" are in no document, so they vary.
fn verify(call: &mut Call<'_>, email: &str, drawn: u64) -> (&'static str, Vec<Found>) {
    if !email.contains('@') {
        return ("BAD_INPUT", Vec::new());
    }
    let email = email.trim().to_lowercase();
    if !call.charge(Charged::Verification, Subject::Text(mark(&email)), VERIFICATION) {
        return ("INSUFFICIENT_FUNDS", Vec::new());
    }
    let said = verdict(call.world(), Provider::Icypeas, &email);
    let found = |certainty| vec![Found { email: email.clone(), certainty }];
    let vague = if happens(again(drawn, 3), 500) { "DEBITED" } else { "DEBITED_NOT_FOUND" };
    match said {
        Verdict::Valid | Verdict::Webmail => ("DEBITED", found("ultra_sure")),
        Verdict::Invalid | Verdict::Disposable => (vague, found("undeliverable")),
        Verdict::AcceptAll | Verdict::Unknown if happens(again(drawn, 4), 500) => {
            (vague, found("not_found"))
        }
        Verdict::AcceptAll | Verdict::Unknown => ("DEBITED_NOT_FOUND", Vec::new()),
    }
}

fn roles(call: &mut Call<'_>, about: &str) -> (&'static str, Vec<Found>) {
    let world = call.world();
    let company = world.find_company(about, about).and_then(|id| world.company(id));
    let Some(company) = company else { return ("NOT_FOUND", Vec::new()) };
    let has = |role: &str| world.has_role_address(company.key, role);
    let found: Vec<Found> = ROLES
        .iter()
        .filter(|(role, _)| has(role))
        .map(|(role, _)| Found {
            email: format!("{role}@{}", company.domain),
            certainty: "ultra_sure",
        })
        .collect();
    if found.is_empty() {
        return ("NOT_FOUND", found);
    }
    if call.charge(Charged::Domain, Subject::Company(company.id), SEARCH) {
        ("DEBITED", found)
    } else {
        ("INSUFFICIENT_FUNDS", Vec::new())
    }
}
