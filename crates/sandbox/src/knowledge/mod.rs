//! What each provider knows of the world: whom it covers, where it is wrong, how sure it says it is.
//! All of it is a function of seed, provider and person; nothing here knows of HTTP.

mod coverage;
mod verdict;
mod wrong;

pub(crate) use verdict::{Verdict, verdict};

use crate::chance::{again, below, draw, happens, topic};
use crate::mail_world::{Mailbox, Personality};
use crate::provider::Provider;
use crate::world::{Company, Person, World};

/// An address that a provider gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) email: String,
    /// 0 to 100: how sure the provider is.
    pub(crate) confidence: u8,
    /// The domain takes mail for every name, as far as the provider could tell.
    pub(crate) accept_all: bool,
}

/// What the provider knows of the person's work address; `by_name` when only the company's name was given.
pub(crate) fn email(
    world: &World,
    provider: Provider,
    person: &Person,
    by_name: bool,
) -> Option<Finding> {
    let company = world.company(person.company)?;
    let number = person.key ^ provider.number().rotate_left(56);
    let drawn = draw(world.seed(), topic::KNOWN_EMAIL, number);
    let mut chance = coverage::email_permille(provider, &company, person);
    if by_name && provider == Provider::Hunter {
        // Its documentation says that look-ups by name are worse.
        chance = chance.saturating_sub(150);
    }
    if !happens(drawn, chance) {
        return None;
    }
    let right = world.true_email(person);
    let stale = right.is_none() || person.moved_to.is_some();
    if stale && person.mailbox == Mailbox::Absent && happens(again(drawn, 1), 500) {
        // The source was refreshed: it knows the new job, or that there is no address any more.
        let email = right?;
        return Some(Finding {
            email,
            confidence: sure(again(drawn, 2), 86, 98),
            accept_all: false,
        });
    }
    let accept_all = company.personality == Personality::CatchAll;
    let wrong_chance = coverage::wrong_permille(provider) * if accept_all { 5 } else { 2 } / 2;
    let listed = world.listed_email(person)?;
    let is_wrong = happens(again(drawn, 3), wrong_chance);
    let email = if is_wrong {
        wrong::email(world, &company, person, &listed, again(drawn, 4))?
    } else {
        listed
    };
    let confidence = confidence(world.seed(), provider, number, &company, is_wrong || stale);
    Some(Finding { email, confidence, accept_all })
}

/// How sure a provider says it is: mostly honest, and each with a bias of its own.
fn confidence(seed: u64, provider: Provider, number: u64, company: &Company, bad: bool) -> u8 {
    let drawn = draw(seed, topic::CONFIDENCE, number);
    let reachable = matches!(
        company.personality,
        Personality::Normal | Personality::Greylisting | Personality::RefusesSecondRcpt
    );
    let (low, high) = match (reachable, bad) {
        (true, false) => (88, 99),
        (false, false) => (62, 88),
        // Some wrong answers look as good as right ones.
        (_, true) if happens(again(drawn, 1), 250) => (85, 97),
        (_, true) => (35, 84),
    };
    let bias = match provider {
        Provider::Apollo => 3,
        Provider::Hunter => -2,
        _ => 0,
    };
    sure(again(drawn, 2), low, high).saturating_add_signed(bias).min(99)
}

fn sure(drawn: u64, low: u8, high: u8) -> u8 {
    let width = u64::from(high.saturating_sub(low)).saturating_add(1);
    low.saturating_add(u8::try_from(below(drawn, width)).unwrap_or(0))
}

/// A mobile number the provider has for the person, right or wrong, in E.164.
pub(crate) fn mobile(world: &World, provider: Provider, person: &Person) -> Option<String> {
    let company = world.company(person.company)?;
    let number = person.key ^ provider.number().rotate_left(56);
    let drawn = draw(world.seed(), topic::KNOWN_PHONE, number);
    if !happens(drawn, coverage::mobile_permille(provider, &company, person)) {
        return None;
    }
    if happens(again(drawn, 1), 60) {
        return wrong::mobile(world, person, again(drawn, 2));
    }
    Some(person.mobile.clone())
}

/// Whether the provider knows who the person is, though perhaps no address.
pub(crate) fn knows(world: &World, provider: Provider, person: &Person) -> bool {
    let number = person.key ^ provider.number().rotate_left(56);
    let drawn = draw(world.seed(), topic::KNOWN_FACTS, number);
    email(world, provider, person, false).is_some() || happens(drawn, 400)
}

#[cfg(test)]
mod tests;
