//! All SQL of this service, one file a family of tables.

pub(crate) mod catalogue;
pub(crate) mod customer;
pub(crate) mod event;
pub(crate) mod finding;
pub(crate) mod grant;
pub(crate) mod intent;
pub(crate) mod invoice;
pub(crate) mod method;
pub(crate) mod mirrored;
pub(crate) mod purchase;
pub(crate) mod reversal;
pub(crate) mod subscription;
pub(crate) mod transaction;

use captely_platform::db::DbError;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) fn statements() -> Vec<&'static str> {
    [
        catalogue::statements(),
        customer::statements(),
        event::statements(),
        finding::statements(),
        grant::statements(),
        intent::statements(),
        invoice::statements(),
        method::statements(),
        mirrored::statements(),
        purchase::statements(),
        reversal::statements(),
        subscription::statements(),
        transaction::statements(),
    ]
    .concat()
}

/// A value that a column keeps as JSON.
fn json<T: Serialize>(value: &T) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|why| DbError::Other(format!("is no JSON: {why}")))
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|why| DbError::Decode(why.to_string()))
}

/// A word that the database has for one of ours.
fn word<T: std::str::FromStr<Err = String>>(text: &str) -> Result<T, DbError> {
    text.parse().map_err(DbError::Decode)
}

/// A count that is never negative.
fn count<T: TryFrom<i64>>(n: i64) -> Result<T, DbError> {
    T::try_from(n).map_err(|_range| DbError::Decode(format!("{n} is no count of its kind")))
}
