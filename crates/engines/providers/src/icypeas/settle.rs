//! Finding questions whose answer was lost: bulks by their names in the list of files, single
//! searches by our marks in their list.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::read::Paging;
use super::submit::{file_name, ticket_in_file};
use super::{Icypeas, item};
use crate::{ProviderError, Question, Searched, json};

/// Where the search goes on.
#[derive(Serialize, Deserialize)]
struct NextPage {
    list: List,
    /// The list's own cursor; none for its first page.
    sorts: Option<Value>,
    /// When the first entry of the first page was made, microseconds by Icypeas' clock.
    newest: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum List {
    Files,
    Singles,
}

impl Icypeas {
    /// One page of the list of files while there are questions of bulks to be found, then one of the
    /// list of single searches.
    pub(super) async fn look_for(
        &self,
        questions: &[Question],
        ago: Duration,
        page: Option<&str>,
    ) -> Result<Searched, ProviderError> {
        if questions.is_empty() {
            return Ok(Searched { tickets: Vec::new(), next: None });
        }
        let shared = questions.iter().any(|question| question.call().is_some());
        let alone = questions.iter().any(|question| question.call().is_none());
        let begin = |list| NextPage { list, sorts: None, newest: None };
        let page = page.and_then(|page| serde_json::from_str::<NextPage>(page).ok());
        let page = match page {
            Some(page) if page.list == List::Singles || shared => page,
            _ => begin(if shared { List::Files } else { List::Singles }),
        };
        let body = match page.list {
            List::Files => self.read_files(page.sorts.as_ref()).await?,
            List::Singles => self.read_page(page.sorts.as_ref()).await?,
        };
        let items = json::list(&body, "items");
        let tickets = match page.list {
            List::Files => in_files(items, questions),
            List::Singles => among_singles(items, questions),
        };
        let newest = if page.sorts.is_none() { item::made_first(items) } else { page.newest };
        let over = items.is_empty() || item::all_behind_are_older(items, newest, ago);
        let cursor = |next: &&Value| {
            !over
                && next.as_array().is_none_or(|next| !next.is_empty())
                && Some(*next) != page.sorts.as_ref()
        };
        let next = match body.get("sorts").filter(cursor) {
            Some(sorts) => Some(NextPage { list: page.list, sorts: Some(sorts.clone()), newest }),
            None => (page.list == List::Files && alone).then(|| begin(List::Singles)),
        };
        let next = next.and_then(|next| serde_json::to_string(&next).ok());
        Ok(Searched { tickets, next })
    }

    async fn read_files(&self, sorts: Option<&Value>) -> Result<Value, ProviderError> {
        let reply = self.endpoint.post(&self.files, &Paging::behind(sorts)).await?;
        self.accepted(&reply)
    }
}

/// The file that bears the name of a question's call holds the question in its place.
fn in_files(files: &[Value], questions: &[Question]) -> Vec<Option<String>> {
    let id = |file: &Value| json::id(file, "file").or_else(|| json::id(file, "_id"));
    let by_name: HashMap<&str, String> =
        files.iter().filter_map(|file| Some((json::text(file, "name")?, id(file)?))).collect();
    let ticket = |question: &Question| {
        let (call, place) = question.call()?;
        Some(ticket_in_file(by_name.get(file_name(call).as_str())?, place))
    };
    questions.iter().map(ticket).collect()
}

fn among_singles(items: &[Value], questions: &[Question]) -> Vec<Option<String>> {
    let by_mark: HashMap<&str, &Value> =
        items.iter().filter_map(|item| Some((item::mark(item)?, item))).collect();
    let ticket = |question: &Question| json::id(by_mark.get(question.mark.as_str())?, "_id");
    questions.iter().map(ticket).collect()
}
