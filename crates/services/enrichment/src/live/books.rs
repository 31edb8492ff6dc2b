use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use captely_contact::{Domain, EmailAddress, Person};
use captely_waterfall::{Pattern, PatternBook};

/// Domains kept in memory; beyond it the books are begun anew (what they held is in the database).
const DOMAINS_MAX: usize = 50_000;

/// What is known of address patterns, a book a domain.
#[derive(Default)]
pub(crate) struct Books(Mutex<HashMap<Domain, Arc<Book>>>);

/// One domain's book. While it is empty, one row at a time guesses, so that the others learn from it;
/// but not many rows one after the other.
#[derive(Default)]
pub(crate) struct Book {
    known: Mutex<PatternBook>,
    first: tokio::sync::Mutex<()>,
    /// Guesses that were made while it was empty.
    tries: AtomicUsize,
}

/// Guesses that others wait for. A domain of which so many taught nothing will teach nothing soon.
const TRIES_WAITED_FOR: usize = 3;

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

/// One row's turn to guess at a domain of which nothing is known.
pub(crate) struct Turn<'b> {
    _only: tokio::sync::MutexGuard<'b, ()>,
    tries: &'b AtomicUsize,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.tries.fetch_add(1, Ordering::Relaxed);
    }
}

impl Book {
    /// What is known, and while that is nothing, the turn to guess.
    pub(crate) async fn turn(&self) -> (PatternBook, Option<Turn<'_>>) {
        let known = self.read();
        if self.has_its_say(&known) {
            return (known, None);
        }
        let only = self.first.lock().await;
        let known = self.read();
        let turn = (!self.has_its_say(&known)).then(|| Turn { _only: only, tries: &self.tries });
        (known, turn)
    }

    /// Whether nobody needs to wait for others' guesses.
    fn has_its_say(&self, known: &PatternBook) -> bool {
        !known.is_empty() || self.tries.load(Ordering::Relaxed) >= TRIES_WAITED_FOR
    }

    pub(crate) fn read(&self) -> PatternBook {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn learn(&self, person: &Person, email: &EmailAddress) -> Option<Pattern> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).learn(person, email)
    }
}
