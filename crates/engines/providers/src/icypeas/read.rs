//! Reading: a search by its id, a page of the list of single searches, a page of a bulk.

use std::collections::HashMap;
use std::sync::PoisonError;

use captely_contact::fold;
use serde::Serialize;
use serde_json::Value;

use super::submit::place_in_file;
use super::walk::Page;
use super::{Icypeas, item};
use crate::{Outcome, ProviderError, Question, Ticket, json};

/// Searches that one page is asked to hold.
const PAGE_ITEMS_MAX: usize = 100;

#[derive(Serialize)]
struct ReadOne<'a> {
    id: &'a str,
}

/// Which page of a list: the first one, or the one behind the cursor of the page before.
#[derive(Serialize)]
pub(super) struct Paging<'a> {
    limit: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    sorts: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<bool>,
}

impl<'a> Paging<'a> {
    pub(super) fn behind(sorts: Option<&'a Value>) -> Self {
        Self { limit: PAGE_ITEMS_MAX, sorts, next: sorts.map(|_| true) }
    }
}

/// A page of single searches or of a bulk.
#[derive(Serialize)]
struct ReadPage<'a> {
    mode: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    task: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(flatten)]
    paging: Paging<'a>,
}

impl Icypeas {
    /// One search by its id: `None` while it runs or is not to be seen yet.
    pub(super) async fn read_one(&self, id: &str) -> Result<Option<Outcome>, ProviderError> {
        let reply = self.endpoint.post(&self.read, &ReadOne { id }).await?;
        let body = match self.accepted(&reply) {
            // The question concerns this search alone; whoever asks next may poll others.
            Err(
                lost @ (ProviderError::Failed { status: 404, .. }
                | ProviderError::BadQuestion { .. }),
            ) => {
                return Ok(Some(Err(lost)));
            }
            other => other?,
        };
        let items = json::list(&body, "items");
        let own = items.iter().find(|item| json::id(item, "_id").is_none_or(|found| found == id));
        Ok(own.and_then(item::outcome))
    }

    /// A page of the list of single searches.
    pub(super) async fn read_page(&self, sorts: Option<&Value>) -> Result<Value, ProviderError> {
        let page = ReadPage {
            mode: "single",
            task: Some("email-search"),
            file: None,
            paging: Paging::behind(sorts),
        };
        let reply = self.endpoint.post(&self.read, &page).await?;
        self.accepted(&reply)
    }

    /// One page of the list, and what it says of each ticket.
    pub(super) async fn read_list(
        &self,
        sorts: Option<&Value>,
        tickets: &[Ticket],
    ) -> Result<Vec<Option<Outcome>>, ProviderError> {
        let body = self.read_page(sorts).await?;
        let items = json::list(&body, "items");
        let by_id: HashMap<&str, &Value> =
            items.iter().filter_map(|item| Some((json::text(item, "_id")?, item))).collect();
        let mut shown = 0_usize;
        let find = |ticket: &Ticket| {
            let item = by_id.get(ticket.ticket.as_str())?;
            shown = shown.saturating_add(1);
            item::outcome(item)
        };
        let outcomes = tickets.iter().map(find).collect();
        let sorts = body.get("sorts").filter(|_| !items.is_empty()).cloned();
        self.walk.saw(Page { shown, wanted: tickets.len(), sorts });
        Ok(outcomes)
    }

    /// The next page of a bulk, and what it says of each of its tickets.
    pub(super) async fn read_file(
        &self,
        file: &str,
        tickets: &[Ticket],
    ) -> Result<Vec<Option<Outcome>>, ProviderError> {
        let sorts = self.cursors().remove(file);
        let page = ReadPage {
            mode: "bulk",
            task: None,
            file: Some(file),
            paging: Paging::behind(sorts.as_ref()),
        };
        let reply = self.endpoint.post(&self.read, &page).await?;
        let body = self.accepted(&reply)?;
        let items = json::list(&body, "items");
        let by_place: HashMap<u64, &Value> = items
            .iter()
            .filter_map(|item| Some((item.get("order").and_then(Value::as_u64)?, item)))
            .collect();
        let mut missing = false;
        let mut find = |ticket: &Ticket| {
            let (of, place) = place_in_file(&ticket.ticket)?;
            let item = (of == file).then(|| by_place.get(&place)).flatten();
            missing |= of == file && item.is_none();
            let item = item?;
            item::outcome(item).map(|outcome| outcome.and_then(|answer| own(item, ticket, answer)))
        };
        let outcomes = tickets.iter().map(&mut find).collect();
        let next = body.get("sorts").filter(|next| {
            missing && !items.is_empty() && next.as_array().is_some_and(|next| !next.is_empty())
        });
        if let Some(next) = next.filter(|next| Some(*next) != sorts.as_ref()) {
            self.cursors().insert(file.to_owned(), next.clone());
        }
        Ok(outcomes)
    }

    fn cursors(&self) -> std::sync::MutexGuard<'_, HashMap<String, Value>> {
        self.cursors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer, if the search bears our person's name. Searches of a bulk are told apart by their
/// order alone; should that ever not be the order asked in, nobody gets another one's address.
fn own<T>(item: &Value, ticket: &Ticket, answer: T) -> Result<T, ProviderError> {
    let said = json::text(item, "name").unwrap_or_default();
    let Question { person, .. } = &ticket.question;
    let words = |name: &str| -> Vec<String> {
        name.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect()
    };
    let (said, asked) =
        (words(said), [words(&person.first_name), words(&person.last_name)].concat());
    if said.is_empty() || asked.is_empty() || said.iter().any(|word| asked.contains(word)) {
        return Ok(answer);
    }
    Err(ProviderError::Garbled { detail: "a search of a bulk bears another name".to_owned() })
}
