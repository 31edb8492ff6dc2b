//! Searches under way and finished, and how one is shown.

use serde_json::{Map, Value, json};

use crate::chance::{again, below, draw, happens, topic};
use crate::sim::Sim;

/// The most searches that are kept; the next ones are refused as by a broken server.
pub(super) const ITEMS_MAX: usize = 3_000_000;

/// What a search is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    EmailSearch,
    EmailVerification,
    DomainSearch,
}

impl Task {
    pub(super) const ALL: [Self; 3] =
        [Self::EmailSearch, Self::EmailVerification, Self::DomainSearch];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::EmailSearch => "email-search",
            Self::EmailVerification => "email-verification",
            Self::DomainSearch => "domain-search",
        }
    }
}

/// An address in a result.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) email: String,
    pub(super) certainty: &'static str,
}

/// One search.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) task: Task,
    pub(super) key: String,
    pub(super) first: String,
    pub(super) last: String,
    /// Domain, company or address, as it was sent.
    pub(super) about: String,
    /// `custom`, as it was sent.
    pub(super) custom: Option<Value>,
    pub(super) file: Option<u32>,
    pub(super) order: u32,
    pub(super) created_ms: u64,
    pub(super) ready_ms: u64,
    /// Its last status.
    pub(super) status: &'static str,
    pub(super) found: Vec<Found>,
}

/// A bulk search.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) task: Task,
    /// Places of its searches, in the order of the rows.
    pub(super) items: Vec<usize>,
    pub(super) created_ms: u64,
    pub(super) ready_ms: u64,
}

/// All searches of all accounts.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    pub(super) items: Vec<Item>,
    pub(super) files: Vec<File>,
}

const DIGITS: [char; 62] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I',
    'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'a', 'b',
    'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u',
    'v', 'w', 'x', 'y', 'z',
];

fn digits(mut number: u64, count: usize) -> String {
    let mut text = String::with_capacity(count);
    for _ in 0..count {
        let digit = usize::try_from(number % 62).unwrap_or(0);
        text.push(DIGITS.get(digit).copied().unwrap_or('0'));
        number /= 62;
    }
    text
}

/// The id of search (or file) `place`: sixteen letters and digits that tell nothing.
pub(super) fn id_of(seed: u64, place: usize) -> String {
    let number = u64::try_from(place).unwrap_or(0);
    let mask = below(draw(seed, topic::REQUEST_ID, 0), 1 << 36);
    digits(number ^ mask, 7) + &digits(draw(seed, topic::REQUEST_ID, number + 1), 9)
}

/// The search (or file) with this id.
pub(super) fn place_of(seed: u64, id: &str) -> Option<usize> {
    let mask = below(draw(seed, topic::REQUEST_ID, 0), 1 << 36);
    let mut number = 0_u64;
    for c in id.get(..7)?.chars().rev() {
        let digit = DIGITS.iter().position(|d| *d == c)?;
        number = number.checked_mul(62)?.checked_add(u64::try_from(digit).ok()?)?;
    }
    let place = usize::try_from(number ^ mask).ok()?;
    (id_of(seed, place) == id).then_some(place)
}

impl Item {
    /// The status it has now: three running ones on the way to the last.
    pub(super) const fn status_at(&self, now_ms: u64) -> &'static str {
        if now_ms >= self.ready_ms {
            return self.status;
        }
        let (passed, whole) =
            (now_ms.saturating_sub(self.created_ms), self.ready_ms - self.created_ms);
        // a read that came in before the search was made sees it all the same, if it waited longer
        match passed.saturating_mul(4).checked_div(whole) {
            None | Some(0) => "NONE",
            Some(1) => "SCHEDULED",
            Some(_) => "IN_PROGRESS",
        }
    }

    /// The item as a read shows it.
    pub(super) fn show(&self, sim: &Sim, place: usize, now_ms: u64) -> Value {
        let seed = sim.world.seed();
        let status = self.status_at(now_ms);
        let name = format!("{} {}", self.first, self.last);
        let name = if name.trim().is_empty() { self.about.as_str() } else { name.trim() };
        let mut item = json!({
            "_id": id_of(seed, place),
            "name": name,
            "user": format!("u_{}", crate::chance::mark(&self.key) % 1_000),
            "file": self.file.map_or_else(
                || format!("f_{}", below(draw(seed, topic::SHAPE, u64::from(self.order)), 900)),
                file_id,
            ),
            "order": self.order,
            "status": status,
            "system": {
                "createdAt": sim.clock.iso(self.created_ms),
                "modifiedAt": sim.clock.iso(now_ms.min(self.ready_ms)),
            },
        });
        let done = now_ms >= self.ready_ms;
        let drawn = draw(seed, topic::SHAPE, u64::try_from(place).unwrap_or(0));
        if let Some(item) = item.as_object_mut() {
            // What a running item says of its results is in no document: sometimes nothing.
            if done || happens(drawn, 500) {
                item.insert("results".to_owned(), self.results(done, drawn));
            }
            if let Some(custom) = &self.custom {
                item.insert("userData".to_owned(), custom.clone());
            }
        }
        item
    }

    fn results(&self, done: bool, drawn: u64) -> Value {
        let found = if done { self.found.as_slice() } else { &[] };
        let emails: Vec<Value> = found.iter().map(|found| shown_email(found, drawn)).collect();
        let mut results = Map::new();
        if self.task == Task::EmailSearch {
            results.insert("firstname".to_owned(), json!(self.first));
            results.insert("lastname".to_owned(), json!(self.last));
            results.insert(
                "fullname".to_owned(),
                json!(format!("{} {}", self.first, self.last).trim()),
            );
            results.insert("gender".to_owned(), json!("UNKNOWN"));
        }
        results.insert("emails".to_owned(), Value::from(emails));
        results.insert("phones".to_owned(), json!([]));
        Value::Object(results)
    }
}

fn shown_email(found: &Found, drawn: u64) -> Value {
    let provider = ["google", "microsoft", "other"];
    let provider = provider.get(crate::chance::index(again(drawn, 3), 3)).copied();
    json!({
        "email": found.email,
        "certainty": found.certainty,
        "mxProvider": provider,
        "mxRecords": [format!("mx1.normal-{}.mail.example", below(again(drawn, 4), 12))],
    })
}

/// The id of file number `file`.
pub(super) fn file_id(file: u32) -> String {
    format!("f_{file:05}x{:04}", draw(u64::from(file), topic::REQUEST_ID, 7) % 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_search() {
        for place in [0, 1, 61, 62, 12_345, 2_999_999] {
            let id = id_of(9, place);
            assert_eq!(id.len(), 16);
            assert_eq!(place_of(9, &id), Some(place));
        }
        for wrong in ["", "abc", "0000000000000000", "pR7xT4sB1qYw0aZk", "ééééééééé"] {
            assert_eq!(place_of(9, wrong), None, "{wrong}");
        }
    }
}
