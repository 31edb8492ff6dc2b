//! All SQL of this service, one file a table or a job on it.

pub(crate) mod advance;
pub(crate) mod faults;
pub(crate) mod forgotten;
pub(crate) mod jobs;
pub(crate) mod list;
pub(crate) mod mappings;
pub(crate) mod outcome;
pub(crate) mod parts;
pub(crate) mod raw;
pub(crate) mod rows;
pub(crate) mod states;
pub(crate) mod verified;

use captely_platform::db::DbError;

pub(crate) fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

pub(crate) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A value as the JSON text of a column.
pub(crate) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|why| DbError::Other(why.to_string()))
}

/// The value of a JSON text; `what` names the column.
pub(crate) fn of_json<T: serde::de::DeserializeOwned>(
    text: &str,
    what: &str,
) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|why| DbError::Decode(format!("{what}: {why}")))
}

/// Every statement of this service.
pub(crate) fn statements() -> Vec<&'static str> {
    [
        advance::statements(),
        faults::statements(),
        forgotten::statements(),
        jobs::statements(),
        list::statements(),
        mappings::statements(),
        outcome::statements(),
        parts::statements(),
        raw::statements(),
        rows::statements(),
        states::statements(),
        verified::statements(),
    ]
    .concat()
}
