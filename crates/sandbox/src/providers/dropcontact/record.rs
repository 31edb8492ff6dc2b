//! The fields of a record and what makes a batch acceptable.

use serde_json::{Map, Value};

/// Records in one batch, and bytes in one record (contract, Request; "15 kB" read as 15 × 1024, so that
/// a client that keeps to 15,000 is safe).
pub(super) const RECORDS_MAX: usize = 250;
pub(super) const RECORD_BYTES_MAX: usize = 15 * 1_024;

/// The documented fields of a record.
const FIELDS: [&str; 23] = [
    "first_name",
    "last_name",
    "full_name",
    "civility",
    "email",
    "linkedin",
    "job",
    "job_function",
    "job_level",
    "mobile_phone",
    "location",
    "company",
    "website",
    "company_linkedin",
    "siret_address",
    "siret_zip",
    "siret_city",
    "num_siren",
    "siret",
    "country",
    "phone",
    "custom_fields",
    "nb_employees",
];

/// The names in the record that are no documented field.
pub(super) fn unexpected(record: &Map<String, Value>) -> Vec<&str> {
    record.keys().map(String::as_str).filter(|name| !FIELDS.contains(name)).collect()
}

/// A text field; numbers, as some clients send them, count as text.
pub(super) fn field(record: &Map<String, Value>, name: &str) -> String {
    match record.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Whether there is anything to look for: a company identifier, an address, or a profile.
pub(super) fn is_searchable(record: &Map<String, Value>) -> bool {
    ["company", "website", "company_linkedin", "num_siren", "siret", "email", "linkedin"]
        .iter()
        .any(|name| !field(record, name).is_empty())
}
