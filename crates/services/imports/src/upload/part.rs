use bytes::Bytes;
use captely_platform::files::FilesError;
use captely_platform::ids::{ImportId, WorkspaceId};

use super::key::Keys;
use super::{BytesAndHash, UploadError, part_bytes, parts_of};
use crate::Imports;
use crate::store::{parts, raw};

/// A part that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// Counts from 1.
    pub number: u32,
    /// What it is.
    pub what: BytesAndHash,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadState {
    /// How large the file is said to be.
    pub bytes: u64,
    /// How many parts it has.
    pub parts: u32,
    /// Those that are here, by number.
    pub arrived: Vec<Arrived>,
}

impl Imports {
    /// How many bytes a part must have. Errors: `NotFound`, `Over`, `NoSuchPart`, `Db`.
    pub async fn part_bytes(
        &self,
        whose: (WorkspaceId, ImportId),
        number: u32,
    ) -> Result<u64, UploadError> {
        let file = self.upload(whose).await?;
        let parts = parts_of(file.bytes);
        part_bytes(file.bytes, number).ok_or(UploadError::NoSuchPart { number, parts })
    }

    /// Keeps a part. The same again changes nothing; another of the same number is refused. Errors:
    /// `NotFound`, `Over`, `NoSuchPart`, `PartSize`, `Taken`, `Files`, `Db`.
    pub async fn put_part(
        &self,
        whose: (WorkspaceId, ImportId),
        number: u32,
        bytes: Bytes,
    ) -> Result<Arrived, UploadError> {
        let expected = self.part_bytes(whose, number).await?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size != expected {
            return Err(UploadError::PartSize { number, bytes: size, expected });
        }
        let what = BytesAndHash { bytes: size, hash: *blake3::hash(&bytes).as_bytes() };
        let part = Arrived { number, what };
        if let Some(known) = self.known_part(whose, number).await? {
            return same(known, part);
        }
        let name = Keys(whose.0, whose.1).part(number, what.hash);
        self.files.put(&name, bytes).await?;
        let noted = self.note_part(whose, part).await;
        // Of the same part twice at once both have this name, and it stays.
        if let Err(UploadError::Over { .. } | UploadError::Taken { .. }) = noted {
            self.files.clear(&name).await?;
        }
        noted
    }

    async fn known_part(
        &self,
        whose: (WorkspaceId, ImportId),
        number: u32,
    ) -> Result<Option<Arrived>, UploadError> {
        let mut tx = self.db.reader().await?;
        Ok(parts::one(&mut tx, whose, number).await?)
    }

    async fn note_part(
        &self,
        whose: (WorkspaceId, ImportId),
        part: Arrived,
    ) -> Result<Arrived, UploadError> {
        let mut tx = self.db.writer().await?;
        if !raw::lock(&mut tx, whose).await? {
            let found = raw::find(&mut tx, whose).await?.ok_or(UploadError::NotFound)?;
            return Err(UploadError::Over { state: found.state });
        }
        if !parts::add(&mut tx, whose, part, self.clock.now()).await? {
            let known = parts::one(&mut tx, whose, part.number).await?;
            return known.map_or(Ok(part), |known| same(known, part));
        }
        tx.commit().await?;
        Ok(part)
    }

    /// What has come of an upload. Errors: `NotFound`, `Over`, `Db`.
    pub async fn upload_state(
        &self,
        whose: (WorkspaceId, ImportId),
    ) -> Result<UploadState, UploadError> {
        let file = self.upload(whose).await?;
        let mut tx = self.db.reader().await?;
        let arrived = parts::all(&mut tx, whose).await?;
        Ok(UploadState { bytes: file.bytes, parts: parts_of(file.bytes), arrived })
    }

    /// Removes what an upload left in the store beside its file.
    pub(super) async fn clear_parts(
        &self,
        (workspace, import): (WorkspaceId, ImportId),
    ) -> Result<(), FilesError> {
        let keys = Keys(workspace, import);
        self.files.clear(&keys.direct()).await?;
        loop {
            let some = self.files.list(&keys.parts(), None, PARTS_AT_ONCE).await?;
            let names: Vec<String> = some.into_iter().map(|part| part.name).collect();
            let last = names.len() < PARTS_AT_ONCE;
            self.files.clear_all(names).await?;
            if last {
                return Ok(());
            }
        }
    }
}

/// Parts of one list.
const PARTS_AT_ONCE: usize = 500;

fn same(known: Arrived, part: Arrived) -> Result<Arrived, UploadError> {
    if known.what == part.what {
        Ok(known)
    } else {
        Err(UploadError::Taken { number: part.number })
    }
}
