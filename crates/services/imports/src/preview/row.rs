use std::collections::BTreeMap;

use captely_crm::NewContact;
use captely_tabular::Row;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::record::Record;

/// A row as it would become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowPreview {
    /// Which data row it is, from 1.
    #[schema(example = 1)]
    pub number: u64,
    /// Physical line or sheet row, from 1.
    #[schema(example = 5)]
    pub line: u64,
    /// The words of fields and their values; those of the company begin with `company.`.
    pub values: BTreeMap<String, String>,
    /// Tags to add.
    pub tags: Vec<String>,
    /// What it says of being written to or called: `email refused (Unsubscribed: TRUE)`.
    pub consents: Vec<String>,
    /// Why it makes no contact; none where it makes one.
    pub skipped: Option<String>,
    /// Cells that cannot be used, or not as they stand.
    pub problems: Vec<PreviewProblem>,
}

/// A cell that cannot be used, or not as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviewProblem {
    /// Its place in the row, from 1.
    #[schema(example = 3)]
    pub column: usize,
    /// The name of its column.
    #[schema(example = "Phone")]
    pub name: String,
    /// What stands there.
    #[schema(example = "9.87654E+09")]
    pub value: String,
    /// What is wrong with it and what becomes of it, in words.
    pub reason: String,
}

impl RowPreview {
    pub(super) fn of(row: &Row, record: &Record) -> Self {
        let contact = record.contact.as_ref();
        let problem = |problem: &crate::CellProblem| PreviewProblem {
            column: problem.column,
            name: problem.name.to_string(),
            value: problem.value.clone(),
            reason: problem.reason.clone(),
        };
        let consents = contact.map_or(&[][..], |contact| &contact.consents);
        let said = consents
            .iter()
            .map(|c| format!("{} {} ({})", c.channel.as_str(), c.stance.as_str(), c.evidence));
        Self {
            number: row.number,
            line: row.line,
            values: contact.map_or_else(BTreeMap::new, values),
            tags: contact.map_or_else(Vec::new, |contact| contact.tags.clone()),
            consents: said.collect(),
            skipped: record.skip.map(str::to_owned),
            problems: record.problems.iter().map(problem).collect(),
        }
    }
}

/// The words of a contact's fields and their values.
pub(super) fn values(contact: &NewContact) -> BTreeMap<String, String> {
    let person = &contact.person;
    let plain = [
        ("first_name", person.first_name.as_str()),
        ("last_name", &person.last_name),
        ("company_name", &person.company),
        ("domain", person.domain.as_ref().map_or("", |domain| domain.as_str())),
        ("title", &person.title),
        ("linkedin_url", &person.linkedin_url),
        ("country", &person.country),
        ("email", contact.email.as_ref().map_or("", |email| email.as_str())),
        ("phone", contact.phone.as_deref().unwrap_or_default()),
    ];
    let plain = plain.into_iter().filter(|(_, value)| !value.is_empty());
    let mut values: BTreeMap<String, String> =
        plain.map(|(word, value)| (word.to_owned(), value.to_owned())).collect();
    values.extend(contact.details.iter().map(|(d, value)| (d.to_string(), value.clone())));
    let company = contact.company.iter().flat_map(|company| &company.details);
    values.extend(company.map(|(d, value)| (format!("company.{d}"), value.clone())));
    values.extend(contact.as_of.map(|at| ("changed_at".to_owned(), at.to_string())));
    values
}
