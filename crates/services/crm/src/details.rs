//! Details of contacts and companies as they stand in their column.

use std::collections::BTreeMap;

use captely_platform::db::DbError;
use serde::Serialize;

/// Words and values of a record's details.
pub(crate) type Details = BTreeMap<String, String>;

/// The words and values in a column.
pub(crate) fn parse(text: &str) -> Result<Details, DbError> {
    if text == "{}" {
        return Ok(Details::new());
    }
    serde_json::from_str(text).map_err(|why| DbError::Decode(format!("details: {why}")))
}

/// The column of words and values.
pub(crate) fn json<K: Serialize + Ord>(values: &BTreeMap<K, String>) -> Result<String, DbError> {
    if values.is_empty() {
        return Ok("{}".to_owned());
    }
    serde_json::to_string(values).map_err(|why| DbError::Other(format!("details: {why}")))
}

/// Sets a detail; without a value it goes.
pub(crate) fn put(details: &mut Details, word: &str, value: &str) {
    if value.is_empty() {
        details.remove(word);
    } else {
        details.insert(word.to_owned(), value.to_owned());
    }
}
