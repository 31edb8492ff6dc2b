use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{UserId, WorkspaceId};
use captely_tabular::folded_name;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ColumnMap;
use crate::store;

/// Characters of a kept mapping's name.
pub const MAPPING_NAME_CHARS_MAX: usize = 200;
/// Kept mappings that are listed.
pub const MAPPINGS_LISTED_MAX: u32 = 200;

/// How a header was mapped, kept for files with the same one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SavedMapping {
    /// Of the header: 64 hexadecimal digits.
    #[schema(example = "9f1c0c1a5e0a1f9d5d7a2d6f5b3e8a7c9f1c0c1a5e0a1f9d5d7a2d6f5b3e8a7c")]
    pub signature: String,
    /// What it is called; the name of the file it was made for, unless somebody said otherwise.
    #[schema(example = "leads.csv")]
    pub name: String,
    /// The names of the columns.
    pub header: Vec<String>,
    /// What each goes to: a word a column.
    pub mapping: Vec<String>,
    /// When it was kept first.
    #[schema(value_type = i64)]
    pub created_at: Timestamp,
    /// When a list with its header was last imported, or it was kept.
    #[schema(value_type = i64)]
    pub used_at: Timestamp,
}

/// By what files with one header are known: BLAKE3 over the names of their columns in order, folded, so that
/// signs and the size of letters make no other header.
fn header_signature(header: &[String]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for name in header {
        hasher.update(folded_name(name).as_bytes()).update(b"\0");
    }
    *hasher.finalize().as_bytes()
}

/// Keeps where the columns of a header go; what was kept for it before is replaced.
pub async fn save_mapping(
    tx: &mut Tx,
    workspace: WorkspaceId,
    name: &str,
    map: &ColumnMap,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<(), DbError> {
    // PostgreSQL has no NUL.
    let plain = |text: &String| text.replace('\0', "");
    let name: String = name.chars().filter(|c| *c != '\0').take(MAPPING_NAME_CHARS_MAX).collect();
    let signature = header_signature(map.header());
    let header: Vec<String> = map.header().iter().map(plain).collect();
    let words: Vec<String> = map.words().iter().map(plain).collect();
    store::mappings::save(tx, workspace, &signature, &name, &header, &words, by, now).await
}

/// What was kept for a header.
pub async fn find_mapping(
    tx: &mut Tx,
    workspace: WorkspaceId,
    header: &[String],
) -> Result<Option<SavedMapping>, DbError> {
    store::mappings::find(tx, workspace, &header_signature(header)).await
}

/// Notes that a list with this header is imported now, where a mapping is kept for it.
pub async fn mapping_used(
    tx: &mut Tx,
    workspace: WorkspaceId,
    header: &[String],
    now: Timestamp,
) -> Result<(), DbError> {
    store::mappings::used(tx, workspace, &header_signature(header), now).await
}

/// All that are kept, the last used first; at most [`MAPPINGS_LISTED_MAX`].
pub async fn list_mappings(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Vec<SavedMapping>, DbError> {
    store::mappings::list(tx, workspace, MAPPINGS_LISTED_MAX).await
}

/// Forgets one by its signature; whether it was there.
pub async fn delete_mapping(
    tx: &mut Tx,
    workspace: WorkspaceId,
    signature: &str,
) -> Result<bool, DbError> {
    match blake3::Hash::from_hex(signature) {
        Ok(hash) => store::mappings::delete(tx, workspace, hash.as_bytes()).await,
        Err(_no_signature) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_header_has_one_signature() {
        let of = |names: &[&str]| {
            header_signature(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(of(&["E-Mail", "First Name"]), of(&["e mail ", "firstName"]));
        assert_ne!(of(&["E-Mail", "First Name"]), of(&["First Name", "E-Mail"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["名前"]), of(&["会社"]));
    }
}
