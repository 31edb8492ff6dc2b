//! Asking: one person by a single search, several by a bulk.

use captely_contact::Person;
use serde::Serialize;

use super::Icypeas;
use crate::{ProviderError, Question, json, values};

/// What stands before the call in a bulk's name.
const NAMED: &str = "captely ";

#[derive(Serialize)]
struct Single<'a> {
    firstname: &'a str,
    lastname: &'a str,
    #[serde(rename = "domainOrCompany")]
    domain_or_company: &'a str,
    custom: Custom<'a>,
}

#[derive(Serialize)]
struct Custom<'a> {
    #[serde(rename = "externalId")]
    external_id: &'a str,
}

#[derive(Serialize)]
struct Bulk<'a> {
    name: String,
    task: &'static str,
    /// First name, last name, and domain or company of each person.
    data: Vec<[&'a str; 3]>,
}

/// First name, last name, and domain or company of somebody who can be asked about.
pub(super) fn row(person: &Person) -> Result<[&str; 3], ProviderError> {
    let place = values::domain_or_company(person).trim();
    let (first, last) = (person.first_name.trim(), person.last_name.trim());
    if place.is_empty() || (first.is_empty() && last.is_empty()) {
        let detail = "a name and a domain or company are needed".to_owned();
        return Err(ProviderError::BadQuestion { detail });
    }
    Ok([first, last, place])
}

/// The name under which a bulk of this call can be found again.
pub(super) fn file_name(call: &str) -> String {
    format!("{NAMED}{call}")
}

/// The ticket of the search at `place` of a bulk.
pub(super) fn ticket_in_file(file: &str, place: usize) -> String {
    format!("{file}#{place}")
}

/// A bulk's file and the place of a search in it; `None` for the ticket of a single search.
pub(super) fn place_in_file(ticket: &str) -> Option<(&str, u64)> {
    let (file, place) = ticket.rsplit_once('#')?;
    Some((file, place.parse().ok()?))
}

impl Icypeas {
    pub(super) async fn submit_one(
        &self,
        question: &Question,
    ) -> Result<Result<String, ProviderError>, ProviderError> {
        let [firstname, lastname, domain_or_company] = match row(&question.person) {
            Ok(row) => row,
            Err(refused) => return Ok(Err(refused)),
        };
        let custom = Custom { external_id: &question.mark };
        let body = Single { firstname, lastname, domain_or_company, custom };
        let reply = self.endpoint.post(&self.submit, &body).await?;
        let body = match self.accepted(&reply) {
            Err(faulty @ ProviderError::BadQuestion { .. }) => return Ok(Err(faulty)),
            other => other?,
        };
        match body.get("item").and_then(|item| json::id(item, "_id")) {
            Some(ticket) => Ok(Ok(ticket)),
            None => Err(self.endpoint.garbled("the search has no item._id")),
        }
    }

    /// The bulk bears the name of the questions' call, and its rows stand in their places, so that
    /// they are found again if the answer is lost.
    pub(super) async fn submit_bulk(
        &self,
        questions: &[Question],
    ) -> Result<Vec<Result<String, ProviderError>>, ProviderError> {
        let rows: Result<Vec<[&str; 3]>, ProviderError> =
            questions.iter().map(|question| row(&question.person)).collect();
        let most = self.sheet.questions_per_call;
        if questions.len() > most {
            let detail = format!("one call carries at most {most} questions");
            return Err(ProviderError::BadQuestion { detail });
        }
        let call =
            questions.first().map_or("", |q| q.call().map_or(q.mark.as_str(), |call| call.0));
        let body = Bulk { name: file_name(call), task: "email-search", data: rows? };
        let reply = self.endpoint.post(&self.bulk, &body).await?;
        let body = self.accepted(&reply)?;
        let Some(file) = json::id(&body, "file") else {
            return Err(self.endpoint.garbled("the bulk has no file"));
        };
        Ok((0..questions.len()).map(|place| Ok(ticket_in_file(&file, place))).collect())
    }
}
