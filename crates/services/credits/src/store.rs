//! All SQL of this service, one file a table.

pub(crate) mod account;
pub(crate) mod charged;
pub(crate) mod counter;
pub(crate) mod entry;
pub(crate) mod grant;
pub(crate) mod history;
pub(crate) mod hold;
pub(crate) mod merged;
pub(crate) mod policy;
pub(crate) mod refunded;
pub(crate) mod spend;
pub(crate) mod usage;

use captely_platform::db::DbError;

use crate::key::{HASH_BYTES, KeyHash};

pub(crate) fn statements() -> Vec<&'static str> {
    [
        account::statements(),
        charged::statements(),
        counter::statements(),
        entry::statements(),
        grant::statements(),
        history::statements(),
        hold::statements(),
        merged::statements(),
        policy::statements(),
        refunded::statements(),
        spend::statements(),
        usage::statements(),
    ]
    .concat()
}

/// A stored word that this version does not know.
fn unknown(what: &str, word: &str) -> DbError {
    DbError::Decode(format!("{word:?} is no {what}"))
}

fn read_hash(bytes: &[u8]) -> Result<KeyHash, DbError> {
    let read: Result<[u8; HASH_BYTES], _> = bytes.try_into();
    read.map_err(|_why| DbError::Decode(format!("{} bytes are no hash of a key", bytes.len())))
}
