//! What a catalogue must be besides well formed. Each fault begins with its place.

use std::collections::BTreeSet;

use captely_contact::Credits;

use super::{Catalogue, FREE, Package, Plan};

/// More than this nobody pays by card at once (Stripe takes 999,999.99 at most: eight digits).
const PRICE_MAX: i64 = 99_999_999;
/// More than the ledger moves at once.
const CREDITS_MAX: Credits = Credits::whole(1_000_000_000);
const PLANS_MAX: usize = 100;
const NAME_CHARS_MAX: usize = 100;
const DAYS_MAX: u16 = 366;

/// What is wrong, in the order of the file.
pub(super) fn faults(catalogue: &Catalogue) -> Vec<String> {
    let mut faults = Vec::new();
    rules(catalogue, &mut faults);
    plans(catalogue, &mut faults);
    packages(catalogue, &mut faults);
    faults
}

fn rules(catalogue: &Catalogue, faults: &mut Vec<String>) {
    if !(1..=DAYS_MAX).contains(&catalogue.trial.days) {
        faults.push(format!("trial.days: must be 1 to {DAYS_MAX}"));
    }
    let days = &catalogue.dunning.retry_days;
    if !days.is_sorted_by(|a, b| a < b) || days.first() == Some(&0) || days.len() > 10 {
        faults.push(
            "dunning.retry_days: must be 10 days at most, each later than the one before".into(),
        );
    }
    let longest = days.last().copied().unwrap_or(0).max(catalogue.dunning.unpaid_days);
    if longest > DAYS_MAX || catalogue.invoice.due_days > DAYS_MAX {
        faults.push(format!("dunning and invoice.due_days: must be {DAYS_MAX} days at most"));
    }
    for (country, tax) in &catalogue.tax.countries {
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            faults.push(format!("tax.countries.{country}: must be two capitals such as DE"));
        }
        if tax.rate_bp > 10_000 {
            faults.push(format!("tax.countries.{country}.rate_bp: must be 10000 (100 %) at most"));
        }
    }
    for (action, price) in &catalogue.prices {
        if *price > CREDITS_MAX {
            faults.push(format!("prices.{action}: must be {CREDITS_MAX} credits at most"));
        }
    }
}

fn plans(catalogue: &Catalogue, faults: &mut Vec<String>) {
    if catalogue.plans.len() > PLANS_MAX || catalogue.packages.len() > PLANS_MAX {
        faults.push(format!("plans and packages: must be {PLANS_MAX} each at most"));
    }
    match catalogue.plan(FREE) {
        None => faults.push(format!("plans: one must have the id {FREE:?}")),
        Some(free) if !free.is_free() => {
            faults.push(format!("plans.{FREE}: must cost nothing: monthly = 0, yearly = 0"));
        }
        Some(_) => {}
    }
    let mut seen = BTreeSet::new();
    for (plan, n) in catalogue.plans.iter().zip(0_usize..) {
        let at = format!("plans[{n}]");
        named(&plan.id, &plan.name, &mut seen, &at, faults);
        priced(plan, &at, faults);
    }
    let mut prices = catalogue.plans.iter().map(|plan| plan.monthly);
    if !prices.by_ref().is_sorted() {
        faults.push(
            "plans: must stand from the cheapest to the dearest by their monthly price".into(),
        );
    }
}

fn priced(plan: &Plan, at: &str, faults: &mut Vec<String>) {
    for (price, field) in [(plan.monthly, "monthly"), (plan.yearly, "yearly")] {
        if !(0..=PRICE_MAX).contains(&price) {
            faults.push(format!("{at}.{field}: must be 0 to {PRICE_MAX} in the smallest unit"));
        }
    }
    if (plan.monthly == 0) != (plan.yearly == 0) {
        faults.push(format!("{at}: is free by the month or by the year, but not by both"));
    }
    let amounts = [
        (Some(plan.credits), "credits"),
        (plan.daily_max, "daily_max"),
        (plan.rollover_max, "rollover_max"),
        (Some(plan.trial_credits), "trial_credits"),
    ];
    for (amount, field) in amounts {
        if amount.is_some_and(|amount| amount > CREDITS_MAX) {
            faults.push(format!("{at}.{field}: must be {CREDITS_MAX} at most"));
        }
    }
}

fn packages(catalogue: &Catalogue, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for (package, n) in catalogue.packages.iter().zip(0_usize..) {
        let at = format!("packages[{n}]");
        named(&package.id, &package.name, &mut seen, &at, faults);
        let Package { price, credits, valid_months, .. } = package;
        if !(1..=PRICE_MAX).contains(price) {
            faults.push(format!("{at}.price: must be 1 to {PRICE_MAX} in the smallest unit"));
        }
        if *credits <= Credits::ZERO || *credits > CREDITS_MAX {
            faults.push(format!("{at}.credits: must be more than 0 and {CREDITS_MAX} at most"));
        }
        if *valid_months == Some(0) {
            faults.push(format!("{at}.valid_months: must be 1 or more; leave it out for ever"));
        }
    }
}

fn named<'c>(
    id: &'c str,
    name: &str,
    seen: &mut BTreeSet<&'c str>,
    at: &str,
    faults: &mut Vec<String>,
) {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b);
    if !(1..=50).contains(&id.len()) || !id.bytes().all(plain) {
        faults.push(format!("{at}.id: must have 1 to 50 of a-z, 0-9, _ and -"));
    }
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        faults.push(format!("{at}.name: must have 1 to {NAME_CHARS_MAX} characters on one line"));
    }
    if !seen.insert(id) {
        faults.push(format!("{at}.id: {id:?} is there twice"));
    }
}
