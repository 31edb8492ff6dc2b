use std::collections::BTreeMap;

use captely_platform::http::{Multipart, Problem};
use captely_platform::ids::{ImportId, UserId, WorkspaceId};

use super::key::Keys;
use super::{BytesAndHash, UploadError};
use crate::store::jobs::{self, NewJob, Sameness, Terms};
use crate::{ImportState, Imports, Source};

/// A file that came in one form. Its import is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The import.
    pub id: ImportId,
    /// The file's name in the store.
    pub file_key: String,
    /// The file's name for people, tamed.
    pub file_name: String,
    /// The file.
    pub file: BytesAndHash,
}

impl Imports {
    /// Takes a form with a file, and makes an import of it that is ready; what `check` makes of its other fields.
    /// Where that or anything else fails nothing is left.
    pub async fn receive<T>(
        &self,
        workspace: WorkspaceId,
        by: Option<UserId>,
        form: Multipart,
        check: impl FnOnce(BTreeMap<String, String>) -> Result<T, Problem>,
    ) -> Result<(Received, T), Problem> {
        let id = ImportId::from(self.ids.uuid());
        let file_key = Keys(workspace, id).raw(self.ids.uuid());
        let form = form.receive(&self.files, &file_key, self.settings.upload_bytes_max).await?;
        let file = BytesAndHash::from(form.file);
        let entered = match self.check_form(form.fields, file.bytes, check) {
            Ok(checked) => self
                .enter((workspace, id), (&form.file_name, &file_key), file, by)
                .await
                .map(|()| checked)
                .map_err(Problem::from),
            Err(refused) => Err(refused),
        };
        match entered {
            Ok(checked) => {
                Ok((Received { id, file_key, file_name: form.file_name, file }, checked))
            }
            Err(refused) => {
                self.files.clear(&file_key).await?;
                Err(refused)
            }
        }
    }

    fn check_form<T>(
        &self,
        fields: BTreeMap<String, String>,
        bytes: u64,
        check: impl FnOnce(BTreeMap<String, String>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.check_size(bytes).map_err(|why| match why {
            UploadError::Empty => Problem::invalid("file", "The file is empty."),
            other => other.into(),
        })?;
        check(fields)
    }

    async fn enter(
        &self,
        whose: (WorkspaceId, ImportId),
        (file_name, file_key): (&str, &str),
        file: BytesAndHash,
        created_by: Option<UserId>,
    ) -> Result<(), UploadError> {
        let (workspace, id) = whose;
        let same = Sameness { content_hash: file.hash.to_vec(), terms: Terms::unknown() };
        let job = NewJob {
            state: ImportState::Ready,
            created_by,
            file_key: Some(file_key.to_owned()),
            file_bytes: file.bytes,
            ..NewJob::of(Source::Upload, id, file_name.to_owned(), same, self.clock.now())
        };
        let mut tx = self.db.writer().await?;
        jobs::insert(&mut tx, workspace, job).await?;
        self.tell_uploaded(&mut tx, whose, file_name, file.bytes).await?;
        Ok(tx.commit().await?)
    }
}
