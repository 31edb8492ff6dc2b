//! What the sandbox's providers say happened.

use captely_contact::Usd;
use captely_sandbox::{Calls, Provider, ProviderCalls};

fn all(calls: &Calls) -> impl Iterator<Item = &ProviderCalls> {
    Provider::FINDERS.into_iter().map(|provider| calls.of(provider))
}

/// What all providers charged.
pub(crate) fn charged(calls: &Calls) -> Usd {
    all(calls).map(|book| book.charged_usd).sum()
}

/// Results that were charged again.
pub(crate) fn charged_twice(calls: &Calls) -> u64 {
    all(calls).map(|book| book.charged_twice).sum()
}

/// Calls that came over a limit.
pub(crate) fn over_limit(calls: &Calls) -> u64 {
    all(calls).map(|book| book.over_limit).sum()
}

/// Calls of every kind.
pub(crate) fn calls_in_all(calls: &Calls) -> u64 {
    all(calls).map(|book| book.calls).sum()
}
