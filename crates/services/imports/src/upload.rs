//! How a file comes in: in one form, or in parts that may come in any order, at once and again, or by a
//! link past this program. Whatever comes is put together into one file, checked, and only then `ready`.

mod abort;
mod begin;
mod complete;
mod error;
mod forget;
mod key;
mod part;
mod receive;

use captely_platform::db::{DbError, Tx};
use captely_platform::events::{self, Event};
use captely_platform::ids::{ImportId, WorkspaceId};
use serde_json::json;

use crate::Imports;

pub use begin::{NewUpload, Uploaded};
pub use error::UploadError;
pub use forget::Forgotten;
pub(crate) use key::Keys;
pub use part::{Arrived, UploadState};
pub use receive::Received;

/// Every part but the last has this size. It is held in memory until it is hashed, so that the same part
/// can come twice and another in its place cannot.
pub const PART_BYTES: u64 = 8 * 1024 * 1024;

/// Size and BLAKE3 of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BytesAndHash {
    /// How many.
    pub bytes: u64,
    /// BLAKE3.
    pub hash: [u8; 32],
}

impl From<captely_platform::files::Written> for BytesAndHash {
    fn from(written: captely_platform::files::Written) -> Self {
        Self { bytes: written.bytes, hash: written.hash }
    }
}

impl Imports {
    /// Tells listeners that the file of an import is here, in the transaction that makes it ready.
    async fn tell_uploaded(
        &self,
        tx: &mut Tx,
        (workspace, id): (WorkspaceId, ImportId),
        file_name: &str,
        bytes: u64,
    ) -> Result<(), DbError> {
        let (kind, subject, at) = ("import.uploaded", id.as_uuid(), self.clock.now());
        let data = json!({ "file_name": file_name, "file_bytes": bytes });
        let event = Event { workspace, kind, subject, data, at };
        events::publish(tx, &self.ids, &[event]).await
    }
}

/// How many parts a file of this size has.
fn parts_of(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(PART_BYTES)).unwrap_or(u32::MAX)
}

/// How large a part is, counted from 1; none where the file has no such part.
fn part_bytes(bytes: u64, number: u32) -> Option<u64> {
    let before = u64::from(number.checked_sub(1)?).checked_mul(PART_BYTES)?;
    let left = bytes.checked_sub(before).filter(|left| *left > 0)?;
    Some(left.min(PART_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: u64, sizes: &[u64]) {
        assert_eq!(parts_of(bytes), u32::try_from(sizes.len()).unwrap());
        let all = (0..=parts_of(bytes) + 1).map(|n| part_bytes(bytes, n)).collect::<Vec<_>>();
        let expected = std::iter::once(None).chain(sizes.iter().map(|n| Some(*n))).chain([None]);
        assert_eq!(all, expected.collect::<Vec<_>>());
    }

    #[test]
    fn the_last_part_is_the_rest() {
        check(1, &[1]);
        check(PART_BYTES, &[PART_BYTES]);
        check(PART_BYTES + 1, &[PART_BYTES, 1]);
        check(3 * PART_BYTES - 1, &[PART_BYTES, PART_BYTES, PART_BYTES - 1]);
    }
}
