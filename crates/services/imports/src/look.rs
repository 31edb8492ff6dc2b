//! What a file is, before anything is done with it.

use std::collections::BTreeMap;

use captely_crm::NewContact;
use captely_platform::clock::Clock;
use captely_platform::db::Db;
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_tabular::{ReadError, ReadOptions, Reader};
use serde_json::json;

use crate::mapping::{MappingError, find_mapping};
use crate::preview::{List, Preview};
use crate::reading::{Input, open_reader};
use crate::record::ReadingRules;
use crate::stop::Stop;
use crate::store::{json as as_json, outcome, states};
use crate::{ImportError, ImportJob, ImportOptions, ImportState, Imports, ImportsError};

/// A file that was looked at.
pub(crate) struct Looked {
    pub(crate) preview: Preview,
    pub(crate) header: Vec<String>,
    /// What each column goes to, in words.
    pub(crate) columns: Vec<String>,
}

/// Looks at the first rows of a file. A mapping that was kept for its header wins over what is recognised, and
/// `chosen` over both.
pub(crate) async fn look(
    db: &Db,
    workspace: WorkspaceId,
    input: Input,
    options: ReadOptions,
    chosen: BTreeMap<String, String>,
    rules: ReadingRules,
) -> Result<Looked, ImportError> {
    let (input, watch) = input.watched();
    let reader = blocking(move || open_reader(input, &options)).await?;
    let reader = reader.map_err(|why| watch.blame(why))?;
    let kept = kept_mapping(db, workspace, reader.header()).await?;
    let understood = blocking(move || understand(reader, kept.as_deref(), &chosen, &rules));
    let (mut looked, people) = understood.await??;
    let mut tx = db.reader().await?;
    looked.preview.counts.add(&captely_crm::foresee(&mut tx, workspace, &people).await?);
    Ok(looked)
}

fn understand(
    reader: Reader,
    kept: Option<&[String]>,
    chosen: &BTreeMap<String, String>,
    rules: &ReadingRules,
) -> Result<(Looked, Vec<NewContact>), ImportError> {
    let refused = |why: MappingError| ImportError::Columns(why.to_string());
    let mut list = List::understand(reader, kept, chosen).map_err(refused)?;
    let (preview, people) = Preview::of(&mut list, rules);
    let (header, columns) = (list.map.header().to_vec(), list.map.words());
    Ok((Looked { preview, header, columns }, people))
}

/// The words of the mapping that was kept for a header.
pub(crate) async fn kept_mapping(
    db: &Db,
    workspace: WorkspaceId,
    header: &[String],
) -> Result<Option<Vec<String>>, ImportError> {
    let mut tx = db.reader().await?;
    let kept = find_mapping(&mut tx, workspace, header).await?;
    Ok(kept.map(|kept| kept.mapping))
}

/// Files are read where waiting is allowed.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ImportError> {
    tokio::task::spawn_blocking(work).await.map_err(|why| ImportError::Io(why.to_string()))
}

impl ReadingRules {
    /// As a person has said, at this moment.
    pub(crate) fn said(country: Option<String>, clock: &dyn Clock) -> Self {
        Self { usual_country: country, now: clock.now(), ..Self::default() }
    }
}

impl Imports {
    /// Looks at the file of an import that is ready, as `options` say or as it was read before, and keeps what
    /// its columns are taken for. A file that cannot be read ends the import; its reason is kept.
    pub async fn look(
        &self,
        workspace: WorkspaceId,
        id: ImportId,
        options: Option<ImportOptions>,
    ) -> Result<Preview, ImportsError> {
        let mut tx = self.db.reader().await?;
        let job = self.get(&mut tx, workspace, id).await?;
        drop(tx);
        if job.state != ImportState::Ready {
            let can = "only one that is ready can be looked at";
            return Err(ImportsError::State { state: job.state, can });
        }
        let first = options.is_none();
        let options = match options {
            Some(options) => options,
            None => crate::store::of_json(&job.options, "an import's options")?,
        };
        let input = self.input(&job).await?;
        let rules = ReadingRules::said(options.country.clone(), self.clock.as_ref());
        let looked =
            look(&self.db, workspace, input, options.reading(), BTreeMap::new(), rules).await;
        match looked {
            Ok(looked) => self.keep_look(workspace, &job, &options, looked).await,
            // With other options a person may find the right ones; what cannot be read as it is stays so.
            Err(ImportError::Read(why)) if first => {
                self.unreadable(workspace, &job, &why).await?;
                Err(ImportError::Read(why).into())
            }
            Err(why) => Err(why.into()),
        }
    }

    async fn keep_look(
        &self,
        workspace: WorkspaceId,
        job: &ImportJob,
        options: &ImportOptions,
        looked: Looked,
    ) -> Result<Preview, ImportsError> {
        let seen = outcome::Seen {
            preview: as_json(&looked.preview)?,
            header: as_json(&looked.header)?,
            columns: as_json(&looked.columns)?,
            options: as_json(options)?,
            trouble: looked.preview.problem.as_ref().map(|problem| problem.reason.clone()),
        };
        let mut tx = self.db.writer().await?;
        if !outcome::set_preview(&mut tx, workspace, job.id, seen).await? {
            let can = "it was started meanwhile";
            return Err(ImportsError::State { state: ImportState::Pending, can });
        }
        self.publish(&mut tx, workspace, job.id, "import.looked_at", json!({})).await?;
        tx.commit().await?;
        Ok(looked.preview)
    }

    async fn unreadable(
        &self,
        workspace: WorkspaceId,
        job: &ImportJob,
        why: &ReadError,
    ) -> Result<(), ImportsError> {
        let why = why.to_string();
        let mut tx = self.db.writer().await?;
        let now = self.clock.now();
        if states::refuse(&mut tx, workspace, job.id, why.clone(), now).await? {
            let whose = (workspace, job.id);
            Stop::Failed(why).tell(&mut tx, &self.ids, whose, now).await?;
        }
        Ok(tx.commit().await?)
    }
}
