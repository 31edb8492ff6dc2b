//! Wrong answers that look right: another pattern, a colleague, a function's mailbox.

use crate::chance::{again, below, index};
use crate::world::{Company, Pattern, Person, World};

/// A plausible address that is not `right`.
pub(super) fn email(
    world: &World,
    company: &Company,
    person: &Person,
    right: &str,
    drawn: u64,
) -> Option<String> {
    let candidate = match below(drawn, 10) {
        0..6 => guessed(company, person, drawn),
        6..9 => colleague(world, person, drawn),
        _ => Some(format!("info@{}", company.domain)),
    };
    candidate.filter(|email| email != right).or_else(|| guessed(company, person, again(drawn, 7)))
}

fn guessed(company: &Company, person: &Person, drawn: u64) -> Option<String> {
    let others: Vec<Pattern> =
        Pattern::WEIGHTS.iter().map(|(p, _, _)| *p).filter(|p| *p != company.pattern).collect();
    let pattern = others.get(index(again(drawn, 1), others.len().min(5)))?;
    let fold = captely_contact::fold;
    let local = pattern.local(&fold(&person.first_name), &fold(&person.last_name));
    (!local.is_empty()).then(|| format!("{local}@{}", company.domain))
}

fn colleague(world: &World, person: &Person, drawn: u64) -> Option<String> {
    let among = world.residents(person.company);
    let count = among.end.saturating_sub(among.start);
    let step = u32::try_from(below(again(drawn, 2), u64::from(count))).ok()?;
    let other = world.person(among.start.checked_add(step)?)?;
    (other.id != person.id).then(|| world.listed_email(&other)).flatten()
}

/// Somebody else's number.
pub(super) fn mobile(world: &World, person: &Person, drawn: u64) -> Option<String> {
    let other = u32::try_from(below(drawn, u64::from(world.people()))).ok()?;
    let number = world.person(other)?.mobile;
    (number != person.mobile).then_some(number)
}
