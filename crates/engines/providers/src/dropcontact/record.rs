//! What Dropcontact is told of a person.

use bytes::Bytes;
use serde::Serialize;

use crate::{ProviderError, Question};

/// The contract says 15 kB; the smaller reading of "kB" is kept.
const RECORD_BYTES_MAX: usize = 15_000;

/// An address is never sent: that would be a verification, which costs a credit even if it fails.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    first_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    last_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    company: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    website: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    job: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    linkedin: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    country: &'a str,
    custom_fields: CustomFields<'a>,
}

/// Comes back with the record: the order of the answer is not to be relied on.
#[derive(Serialize)]
struct CustomFields<'a> {
    row: &'a str,
}

/// The body for all questions that are fit to be sent, and for each question its fault, if any.
pub(super) fn body(questions: &[Question]) -> (Bytes, Vec<Option<ProviderError>>) {
    let mut body = br#"{"data":["#.to_vec();
    let mut any = false;
    let mut faults = Vec::with_capacity(questions.len());
    for question in questions {
        match written(question) {
            Err(detail) => faults.push(Some(ProviderError::BadQuestion { detail })),
            Ok(record) => {
                if any {
                    body.push(b',');
                }
                any = true;
                body.extend_from_slice(&record);
                faults.push(None);
            }
        }
    }
    // The words of the verdicts come in the language asked for; the default is French.
    body.extend_from_slice(br#"],"siren":false,"language":"en"}"#);
    (body.into(), faults)
}

fn written(question: &Question) -> Result<Vec<u8>, String> {
    let person = &question.person;
    let record = Record {
        first_name: person.first_name.trim(),
        last_name: person.last_name.trim(),
        company: person.company.trim(),
        website: person.domain.as_ref().map_or("", |domain| domain.as_str()),
        job: person.title.trim(),
        linkedin: person.linkedin_url.trim(),
        country: person.country.trim(),
        custom_fields: CustomFields { row: &question.mark },
    };
    let named = !record.first_name.is_empty() || !record.last_name.is_empty();
    let placed = !record.company.is_empty() || !record.website.is_empty();
    if !(named && placed) && record.linkedin.is_empty() {
        return Err("a name with a company or domain, or a LinkedIn address, is needed".to_owned());
    }
    let record = serde_json::to_vec(&record).map_err(|error| error.to_string())?;
    if record.len() > RECORD_BYTES_MAX {
        return Err(format!("the record is over {RECORD_BYTES_MAX} bytes"));
    }
    Ok(record)
}
