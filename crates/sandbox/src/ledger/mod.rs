//! The ledger: what every client called, was charged for, and did wrong.

mod report;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use captely_contact::Credits;
use serde::Serialize;

pub use report::{Calls, KeyCalls, LogLine, ProviderCalls, TwiceCharged};

use crate::provider::{Each, Provider};

/// How many recent calls are kept for reading.
const LOG_LINES_MAX: usize = 1_000;

/// What a charge was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Charged {
    /// A work address, and what rides along.
    Email,
    /// A phone number.
    Phone,
    /// A verification of an address, or one package of a number.
    Verification,
    /// A domain's addresses.
    Domain,
    /// Facts on a company.
    Company,
    /// Facts on a person found by address or profile.
    Profile,
    /// A mail.
    Mail,
}

/// Whom or what a charge was for: a person of the world, or the mark of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    Person(u32),
    Company(u32),
    Text(u64),
}

/// One charge.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charge {
    pub(crate) field: Charged,
    pub(crate) subject: Subject,
    pub(crate) credits: Credits,
}

/// What becomes known of one call while it is answered.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub(crate) endpoint: &'static str,
    pub(crate) key: String,
    /// Counts against the account's calls a minute, and was let in.
    pub(crate) lookup: bool,
    /// Came over a limit, and was refused.
    pub(crate) over_limit: bool,
    /// Came without a valid key.
    pub(crate) bad_key: bool,
    pub(crate) charges: Vec<Charge>,
    pub(crate) status: u16,
    pub(crate) fault: Option<&'static str>,
}

#[derive(Debug, Default)]
struct Book {
    calls: u64,
    lookups: u64,
    over_limit: u64,
    bad_key: u64,
    charged: Credits,
    charged_results: u64,
    charged_twice: u64,
    by_endpoint: BTreeMap<&'static str, u64>,
    by_status: BTreeMap<u16, u64>,
    faults: BTreeMap<&'static str, u64>,
    keys: BTreeMap<String, KeyCalls>,
    paid: HashMap<(Charged, Subject), u32>,
    log: VecDeque<LogLine>,
}

/// The books of all providers.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    books: Each<Mutex<Book>>,
}

impl Ledger {
    fn book(&self, provider: Provider) -> MutexGuard<'_, Book> {
        self.books.of(provider).lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a call that was answered at `now_ms`.
    pub(crate) fn enter(&self, provider: Provider, entry: Entry, now_ms: u64) {
        let mut book = self.book(provider);
        book.calls += 1;
        book.lookups += u64::from(entry.lookup);
        book.over_limit += u64::from(entry.over_limit);
        book.bad_key += u64::from(entry.bad_key);
        *book.by_endpoint.entry(entry.endpoint).or_default() += 1;
        *book.by_status.entry(entry.status).or_default() += 1;
        if let Some(fault) = entry.fault {
            *book.faults.entry(fault).or_default() += 1;
        }
        let mut line = LogLine::of(&entry, now_ms);
        for charge in &entry.charges {
            book.charged = book.charged.plus(charge.credits);
            book.charged_results += 1;
            let times = book.paid.entry((charge.field, charge.subject)).or_default();
            *times += 1;
            if *times > 1 {
                book.charged_twice += 1;
                line.charged_again = true;
            }
        }
        if !entry.key.is_empty() {
            let key = book.keys.entry(entry.key).or_insert_with(|| KeyCalls::new(now_ms));
            key.count(entry.lookup, now_ms);
        }
        if book.log.len() >= LOG_LINES_MAX {
            book.log.pop_front();
        }
        book.log.push_back(line);
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        for provider in Provider::ALL {
            *self.book(provider) = Book::default();
        }
    }
}
