use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use captely_contact::{Domain, EmailAddress, Person};
use captely_waterfall::{Pattern, PatternBook};

/// Domains kept in memory; beyond it the books are begun anew (what they held is in the database).
const DOMAINS_MAX: usize = 50_000;

/// What is known of address patterns, a book a domain.
#[derive(Default)]
pub(crate) struct Books(Mutex<HashMap<Domain, Arc<Book>>>);

/// One domain's book. While it is empty, one row at a time guesses, so that the others learn from it.
#[derive(Default)]
pub(crate) struct Book {
    known: Mutex<PatternBook>,
    pub(crate) first: tokio::sync::Mutex<()>,
}

impl Books {
    pub(crate) fn of(&self, domain: &Domain) -> Arc<Book> {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(book) = books.get(domain) {
            return Arc::clone(book);
        }
        if books.len() >= DOMAINS_MAX {
            books.clear();
        }
        Arc::clone(books.entry(domain.clone()).or_default())
    }

    /// Takes over what the database knows of domains that have no book here yet.
    pub(crate) fn load(&self, stored: HashMap<Domain, PatternBook>) {
        for (domain, known) in stored {
            let book = self.of(&domain);
            let mut here = book.known.lock().unwrap_or_else(PoisonError::into_inner);
            if here.is_empty() {
                *here = known;
            }
        }
    }
}

impl Book {
    pub(crate) fn read(&self) -> PatternBook {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn learn(&self, person: &Person, email: &EmailAddress) -> Option<Pattern> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).learn(person, email)
    }
}
