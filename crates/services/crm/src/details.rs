//! Details of contacts and companies as they stand in their column.

use std::borrow::Cow;
use std::collections::BTreeMap;

use captely_platform::db::DbError;
use serde::{Serialize, Serializer};

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

/// The same of words and values that come in any order, each word once.
pub(crate) fn json_of<'v>(values: impl Iterator<Item = (Cow<'v, str>, &'v str)>) -> String {
    struct Sorted<'v>(Vec<(Cow<'v, str>, &'v str)>);
    impl Serialize for Sorted<'_> {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.collect_map(self.0.iter().map(|(word, value)| (word, value)))
        }
    }
    let mut all: Vec<_> = values.collect();
    all.sort_unstable();
    // Texts always become JSON.
    serde_json::to_string(&Sorted(all)).unwrap_or_default()
}

/// Sets a detail; without a value it goes.
pub(crate) fn put(details: &mut Details, word: &str, value: &str) {
    if value.is_empty() {
        details.remove(word);
    } else {
        details.insert(word.to_owned(), value.to_owned());
    }
}
