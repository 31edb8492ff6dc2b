//! What an import would do, found out by doing it: the same code enters the same rows into a database of its
//! own, into which the contacts that they meet are copied first. The workspace's own is only read.

use std::sync::Arc;

use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbOptions, Durability, Migration};
use captely_platform::ids::{Ids, ImportId, WorkspaceId};

use crate::enter::Entry;
use crate::mapping::ColumnMap;
use crate::reading::Opened;
use crate::record::ReadingRules;
use crate::store::advance::{self, Reached};
use crate::store::jobs::{self, NewJob, Sameness};
use crate::store::{json, list};
use crate::walk::{Ended, Walk};
use crate::{ImportError, ImportJob, ImportState, Source};

/// A dry run: what the import would be, and where its rows are. They are gone with the last clone of `db`.
#[derive(Debug)]
pub struct Tried {
    /// A database of its own.
    pub db: Db,
    /// The import as it would be.
    pub job: ImportJob,
}

/// Whose list is tried.
pub(crate) struct Rehearsal<'a> {
    pub(crate) real: &'a Db,
    pub(crate) ids: &'a Arc<Ids>,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) workspace: WorkspaceId,
    /// Under which id.
    pub(crate) import: ImportId,
    pub(crate) file_name: String,
    /// In whose national form phone numbers are read, where neither row nor domain tells.
    pub(crate) country: Option<String>,
}

impl Rehearsal<'_> {
    /// Enters all rows of `opened` and calls `progress` with how far it is.
    pub(crate) async fn run(
        self,
        opened: Opened,
        columns: &ColumnMap,
        entry: &Entry,
        progress: &mut (dyn FnMut(Reached) + Send),
    ) -> Result<Tried, ImportError> {
        captely_crm::mark_contacts(self.real, self.ids, self.workspace, self.clock.now()).await?;
        let scratch = scratch().await?;
        self.insert(&scratch, &opened, columns, entry).await?;
        let walk = Walk {
            db: &scratch,
            ids: self.ids,
            clock: self.clock,
            workspace: self.workspace,
            import: self.import,
            entry,
            width: opened.head.header.len(),
            known_from: Some(self.real),
            tells: false,
            until: None,
        };
        let country = self.country.clone();
        let rules = ReadingRules::said(country, self.clock);
        let records = opened.head.records(columns, &rules);
        let mut rows = opened.rows(records, 0);
        let Ended::Done(notes) = walk.run(&mut rows, progress).await? else {
            return Err(ImportError::Ended);
        };
        let now = self.clock.now();
        let mut tx = scratch.writer().await?;
        advance::finish(&mut tx, self.workspace, self.import, &notes, now).await?;
        let job = list::one(&mut tx, self.workspace, self.import).await?;
        tx.commit().await?;
        let job = job.ok_or(ImportError::Ended)?;
        Ok(Tried { db: scratch, job })
    }

    async fn insert(
        &self,
        scratch: &Db,
        opened: &Opened,
        columns: &ColumnMap,
        entry: &Entry,
    ) -> Result<(), ImportError> {
        let same = Sameness {
            content_hash: Vec::new(),
            header: json(&opened.head.header)?,
            columns: json(&columns.words())?,
            policy: json(&entry.how.policy)?,
            tags: json(&entry.tags)?,
        };
        let job = NewJob {
            id: self.import,
            file_name: self.file_name.clone(),
            source: Source::Local,
            state: ImportState::Processing,
            created_by: None,
            same,
            options: "{}".to_owned(),
            file_key: None,
            file_bytes: 0,
            n_expected: None,
            now: self.clock.now(),
        };
        let mut tx = scratch.writer().await?;
        jobs::insert(&mut tx, self.workspace, job).await?;
        Ok(tx.commit().await?)
    }
}

/// An empty database with the tables that an import touches.
async fn scratch() -> Result<Db, ImportError> {
    let options = DbOptions { durability: Durability::Off, readers: 1, ..DbOptions::default() };
    let db = Db::open("sqlite::memory:", &options).await?;
    let tables: Vec<Migration> =
        [captely_platform::MIGRATIONS, captely_crm::MIGRATIONS, crate::MIGRATIONS].concat();
    db.migrate(&tables).await?;
    Ok(db)
}
