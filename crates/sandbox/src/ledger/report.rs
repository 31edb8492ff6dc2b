//! The ledger as it is shown.

use std::collections::BTreeMap;

use captely_contact::{Credits, Usd};
use serde::{Serialize, Serializer};

use super::{Charged, Entry, Ledger, Subject};
use crate::provider::{Each, Provider};

/// How many results that were charged more than once are named.
const TWICE_SHOWN_MAX: usize = 20;

/// What all clients did, by provider.
pub type Calls = Each<ProviderCalls>;

/// What all clients did at one provider.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProviderCalls {
    /// Calls of every kind, refused ones too.
    pub calls: u64,
    /// Look-ups or submits that were let in; what the limit a minute counts.
    pub lookups: u64,
    /// Calls over a limit. They were refused.
    pub over_limit: u64,
    /// Calls without a valid key.
    pub bad_key: u64,
    /// Credits charged.
    #[serde(serialize_with = "decimal")]
    pub charged: Credits,
    /// The same in dollars.
    #[serde(serialize_with = "decimal")]
    pub charged_usd: Usd,
    /// Results charged.
    pub charged_results: u64,
    /// Results charged again for a person (or address, domain) and field that had been charged before.
    pub charged_twice: u64,
    /// The first few of those.
    pub charged_twice_for: Vec<TwiceCharged>,
    /// Calls by endpoint.
    pub by_endpoint: BTreeMap<&'static str, u64>,
    /// Answers by HTTP status; 0 where the connection was cut.
    pub by_status: BTreeMap<u16, u64>,
    /// Faults played, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// By account key.
    pub keys: BTreeMap<String, KeyCalls>,
}

/// What one account did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyCalls {
    /// Calls of every kind.
    pub calls: u64,
    /// Look-ups that were let in.
    pub lookups: u64,
    /// Milliseconds from the sandbox's start to the first call.
    pub first_ms: u64,
    /// The same for the latest call.
    pub last_ms: u64,
    /// The same for the first look-up that was let in.
    pub first_lookup_ms: Option<u64>,
    /// The same for the latest.
    pub last_lookup_ms: Option<u64>,
}

impl KeyCalls {
    pub(super) const fn new(now_ms: u64) -> Self {
        Self {
            calls: 0,
            lookups: 0,
            first_ms: now_ms,
            last_ms: now_ms,
            first_lookup_ms: None,
            last_lookup_ms: None,
        }
    }

    pub(super) fn count(&mut self, lookup: bool, now_ms: u64) {
        self.calls += 1;
        self.last_ms = now_ms;
        if lookup {
            self.lookups += 1;
            self.first_lookup_ms.get_or_insert(now_ms);
            self.last_lookup_ms = Some(now_ms);
        }
    }
}

/// A result that somebody paid for more than once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TwiceCharged {
    /// What was charged.
    pub field: Charged,
    /// The person's number in the world, where it was for a person.
    pub person: Option<u32>,
    /// How often.
    pub times: u32,
}

/// One recent call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogLine {
    /// Milliseconds since the sandbox's start.
    pub at_ms: u64,
    /// The endpoint, by its path.
    pub endpoint: &'static str,
    /// The account.
    pub key: String,
    /// HTTP status; 0 where the connection was cut.
    pub status: u16,
    /// Credits charged by this call.
    #[serde(serialize_with = "decimal")]
    pub charged: Credits,
    /// Something in it had been charged before.
    pub charged_again: bool,
    /// It came over a limit.
    pub over_limit: bool,
    /// The fault played on it.
    pub fault: Option<&'static str>,
}

impl LogLine {
    pub(super) fn of(entry: &Entry, now_ms: u64) -> Self {
        Self {
            at_ms: now_ms,
            endpoint: entry.endpoint,
            key: entry.key.clone(),
            status: entry.status,
            charged: entry.charges.iter().map(|c| c.credits).fold(Credits::ZERO, Credits::plus),
            charged_again: false,
            over_limit: entry.over_limit,
            fault: entry.fault,
        }
    }
}

impl Ledger {
    /// The whole ledger.
    pub(crate) fn report(&self) -> Calls {
        let mut calls = Calls::default();
        for provider in Provider::ALL {
            *calls.of_mut(provider) = self.report_of(provider);
        }
        calls
    }

    fn report_of(&self, provider: Provider) -> ProviderCalls {
        let book = self.book(provider);
        let twice = book.paid.iter().filter(|(_, times)| **times > 1);
        let mut twice: Vec<TwiceCharged> = twice
            .map(|((field, subject), times)| {
                let person = if let Subject::Person(id) = subject { Some(*id) } else { None };
                TwiceCharged { field: *field, person, times: *times }
            })
            .collect();
        twice.sort_by_key(|t| (std::cmp::Reverse(t.times), t.field, t.person));
        twice.truncate(TWICE_SHOWN_MAX);
        ProviderCalls {
            calls: book.calls,
            lookups: book.lookups,
            over_limit: book.over_limit,
            bad_key: book.bad_key,
            charged: book.charged,
            charged_usd: provider.price_per_credit().times(book.charged),
            charged_results: book.charged_results,
            charged_twice: book.charged_twice,
            charged_twice_for: twice,
            by_endpoint: book.by_endpoint.clone(),
            by_status: book.by_status.clone(),
            faults: book.faults.clone(),
            keys: book.keys.clone(),
        }
    }

    /// Recent calls at a provider, the oldest first.
    pub(crate) fn log(&self, provider: Provider) -> Vec<LogLine> {
        self.book(provider).log.iter().cloned().collect()
    }
}

/// A decimal amount as a JSON number.
fn decimal<T: std::fmt::Display, S: Serializer>(amount: &T, to: S) -> Result<S::Ok, S::Error> {
    let number: f64 = amount.to_string().parse().map_err(serde::ser::Error::custom)?;
    to.serialize_f64(number)
}
