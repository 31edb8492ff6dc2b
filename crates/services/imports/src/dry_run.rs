//! What an import would do, found out by doing it: the same code enters the same rows into a database of its
//! own, into which the contacts that they meet are copied first. The workspace's own is only read.

use std::sync::Arc;

use captely_contact::Timestamp;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbOptions, Durability, Migration};
use captely_platform::ids::{Ids, ImportId, WorkspaceId};
use serde_json::json;

use crate::enter::Entry;
use crate::mapping::ColumnMap;
use crate::reading::Opened;
use crate::record::ReadingRules;
use crate::store::advance::{self, Reached};
use crate::store::jobs::{self, NewJob, Sameness, Terms};
use crate::store::list;
use crate::walk::{Ended, Walk};
use crate::{ImportError, ImportJob, Source};

/// A dry run: what the import would be, and where its rows are. They are gone with the last clone of `db`.
#[derive(Debug)]
pub struct Tried {
    /// A database of its own.
    pub db: Db,
    /// The import as it would be.
    pub job: ImportJob,
    /// By how many contacts the workspace would grow.
    pub contacts_new: u64,
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
    /// When the rest is left out.
    pub(crate) until: Option<Timestamp>,
}

/// What the report of a dry run says whose time was over.
const FIRST_ROWS: &str = "only the first rows, as many as are counted here, were tried: all would take too long; an \
    import reads every row";

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
        let before = self.begin_count(&scratch).await?;
        let (with, whose) = ((self.ids, self.clock), (self.workspace, self.import));
        let walk = Walk {
            known_from: Some(self.real),
            until: self.until,
            ..Walk::of(&scratch, with, whose, entry, opened.head.header.len())
        };
        let country = self.country.clone();
        let rules = ReadingRules::said(country, self.clock);
        let records = opened.head.records(columns, &rules);
        let mut rows = opened.rows(records, 0);
        let notes = match walk.run(&mut rows, progress).await? {
            Ended::Done(notes) => [columns.repeated_names(), notes].concat(),
            Ended::TimeUp => vec![FIRST_ROWS.to_owned()],
            Ended::Stopped | Ended::Elsewhere => return Err(ImportError::Ended),
        };
        let now = self.clock.now();
        let mut tx = scratch.writer().await?;
        advance::finish(&mut tx, self.workspace, self.import, &notes, now).await?;
        let job = list::one(&mut tx, self.workspace, self.import).await?;
        let contacts_new =
            captely_crm::count(&mut tx, self.workspace).await?.saturating_sub(before);
        tx.commit().await?;
        let job = job.ok_or(ImportError::Ended)?;
        Ok(Tried { db: scratch, job, contacts_new })
    }

    /// How many contacts the workspace has; the copy counts on from there.
    async fn begin_count(&self, scratch: &Db) -> Result<u64, ImportError> {
        let mut from = self.real.reader().await?;
        let mut to = scratch.writer().await?;
        captely_crm::copy_known((&mut from, None), (&mut to, None), self.workspace, &[]).await?;
        let count = captely_crm::count(&mut to, self.workspace).await?;
        to.commit().await?;
        Ok(count)
    }

    async fn insert(
        &self,
        scratch: &Db,
        opened: &Opened,
        columns: &ColumnMap,
        entry: &Entry,
    ) -> Result<(), ImportError> {
        let (header, words) = (&opened.head.header, columns.words());
        let terms = Terms::of((header, &words), &entry.how.policy, &entry.tags, &json!({}))?;
        let same = Sameness { content_hash: Vec::new(), terms };
        let (name, now) = (self.file_name.clone(), self.clock.now());
        let job = NewJob::of(Source::Local, self.import, name, same, now);
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
