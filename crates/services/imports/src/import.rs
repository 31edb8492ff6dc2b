use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use captely_credits::Ledger;
use captely_crm::Policy;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError};
use captely_platform::ids::{Ids, ImportId, WorkspaceId};
use captely_tabular::{ReadError, ReadOptions, Role};
use serde::Serialize;

use crate::asked::check;
use crate::columns::choose;
use crate::enter::Entry;
use crate::look::kept_mapping;
use crate::mapping::{ColumnMap, MappingError, mapping_used};
use crate::reading::{Input, Opened, open};
use crate::record::ReadingRules;
use crate::stop::{Stop, stop};
use crate::store::advance::Reached;
use crate::store::jobs::{self, NewJob, Sameness, Stored, Terms};
use crate::store::states;
use crate::walk::{Ended, Walk};
use crate::{Import, ImportOptions, ImportState, Source};

/// Why a file could not be imported. Rows stored before stay stored, and the same call goes on there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read, or not to its end; names file, row and column.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No column says who or where, or the chosen one is not there; names the file, what was seen
    /// and what is needed.
    #[error("{0}")]
    Columns(String),
    /// A field or a tag that is asked for is none; says what is allowed.
    #[error("{0}")]
    Asked(String),
    /// The database failed.
    #[error("the database: {0}")]
    Db(#[from] DbError),
    /// The file changed or went away while it was read, or the file store failed.
    #[error("{0}")]
    Io(String),
    /// Somebody ended it while it ran.
    #[error("the import was ended by somebody else meanwhile")]
    Ended,
}

/// What is done with a list.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// What the columns of these names (or numbers, from 1) go to, whatever their names suggest: words of
    /// [`Target`](crate::Target)s.
    pub columns: BTreeMap<String, String>,
    /// What happens to contacts that are there already.
    pub policy: Policy,
    /// Tags for each contact of the list.
    pub tags: Vec<String>,
    /// In whose national form phone numbers are read, where neither row nor domain tells.
    pub country: Option<String>,
}

/// Reads files of this machine into one workspace.
#[derive(Clone)]
pub struct Importer {
    /// Where to.
    pub db: Db,
    /// For new contacts and imports.
    pub ids: Arc<Ids>,
    /// For their times.
    pub clock: Arc<dyn Clock>,
    /// Whose.
    pub workspace: WorkspaceId,
    /// What is told of merges, where anything was paid for.
    pub ledger: Option<Ledger>,
}

/// A list with its columns settled.
struct Prepared {
    opened: Opened,
    columns: ColumnMap,
    same: Sameness,
    entry: Entry,
    country: Option<String>,
}

/// How a list is read and its rows are entered, as it is kept with the import.
#[derive(Serialize)]
struct LocalOptions {
    #[serde(flatten)]
    reading: ImportOptions,
    /// Whether a row that names only a company is somebody, to be found there.
    everybody: bool,
}

impl Importer {
    /// Reads `path` into the workspace, each row once whatever happened before, and calls `progress`
    /// with the number of rows that are in. Contacts that are there are left as they are.
    pub async fn import(
        &self,
        path: &Path,
        options: ReadOptions,
        progress: impl FnMut(u64) + Send,
    ) -> Result<Import, ImportError> {
        self.import_as(path, options, &[], progress).await
    }

    /// Like [`Importer::import`], to look the list's people up: a file that was read before is not read
    /// again, and columns by which nobody could be looked up are refused. `chosen` says what the columns
    /// of these names (or numbers, from 1) hold, whatever their names suggest.
    pub async fn import_as(
        &self,
        path: &Path,
        options: ReadOptions,
        chosen: &[(String, Role)],
        progress: impl FnMut(u64) + Send,
    ) -> Result<Import, ImportError> {
        let content_hash = hash_file(path).await?;
        let how = LocalOptions { reading: ImportOptions::of(&options, None), everybody: true };
        let mut opened = open(Input::Path(path.to_owned()), options).await?;
        choose(path, &mut opened.head.mapping, chosen).map_err(ImportError::Columns)?;
        let columns = ColumnMap::recognised(&opened.head.header, opened.head.mapping.clone());
        let prepared = prepare(opened, columns, content_hash, Ask::default(), &how)?;
        Box::pin(self.read_in(path, prepared, true, progress)).await
    }

    /// Imports `path` as `ask` says. One that was interrupted goes on where it was.
    pub async fn import_with(
        &self,
        path: &Path,
        options: ReadOptions,
        ask: Ask,
        progress: impl FnMut(u64) + Send,
    ) -> Result<Import, ImportError> {
        check(&ask.policy, &ask.tags)?;
        let reading = ImportOptions::of(&options, ask.country.clone());
        let how = LocalOptions { reading, everybody: false };
        let content_hash = hash_file(path).await?;
        let opened = open(Input::Path(path.to_owned()), options).await?;
        let columns = self.columns_of(path, &opened, &ask).await?;
        let prepared = prepare(opened, columns, content_hash, ask, &how)?;
        Box::pin(self.read_in(path, prepared, false, progress)).await
    }

    async fn read_in(
        &self,
        path: &Path,
        prepared: Prepared,
        done_too: bool,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<Import, ImportError> {
        let Prepared { opened, columns, same, entry, country } = prepared;
        let content_hash = same.content_hash.clone();
        let header = opened.head.header.clone();
        let stored = self.begin(path, same, &header, done_too).await?;
        let repeated = columns.repeated_names();
        let mut import = Import {
            id: stored.id,
            content_hash,
            header,
            rows: 0,
            faults: 0,
            notes: repeated,
            surplus: 0,
            known_rows: stored.reached.rows,
        };
        import.reached(stored.reached);
        progress(import.rows);
        if stored.state == ImportState::Done {
            return Ok(import);
        }
        let with = (&self.ids, self.clock.as_ref());
        let whose = (self.workspace, import.id);
        let walk = Walk::of(&self.db, with, whose, &entry, import.header.len());
        let walk = Walk { ledger: self.ledger.as_ref(), ..walk };
        let rules = ReadingRules::said(country, self.clock.as_ref());
        let records = opened.head.records(&columns, &rules);
        let mut rows = opened.rows(records, stored.reached.read);
        let mut last = stored.reached;
        let ended = walk
            .run(&mut rows, &mut |reached| {
                last = reached;
                progress(reached.rows);
            })
            .await;
        if let Err(ImportError::Read(why)) = &ended {
            self.failed(import.id, why).await?;
        }
        let ended = ended?;
        import.reached(last);
        let Ended::Done(notes) = ended else { return Err(ImportError::Ended) };
        import.notes.extend(notes);
        self.finish(&import, !done_too).await?;
        Ok(import)
    }

    /// What cannot be read to its end has failed until the same file is read again; it can be undone.
    async fn failed(&self, id: ImportId, why: &ReadError) -> Result<(), DbError> {
        let (mut tx, now) = (self.db.writer().await?, self.clock.now());
        let how = Stop::Failed(why.to_string());
        stop(&mut tx, &self.ids, (self.workspace, id), how, now).await?;
        tx.commit().await
    }

    /// The stored import to go on with, or a new one.
    async fn begin(
        &self,
        path: &Path,
        same: Sameness,
        header: &[String],
        done_too: bool,
    ) -> Result<Stored, ImportError> {
        let mut tx = self.db.writer().await?;
        tx.one_at_a_time(&format!("new imports of {}", self.workspace)).await?;
        if let Some(stored) = jobs::find(&mut tx, self.workspace, &same, done_too).await? {
            states::retake(&mut tx, self.workspace, stored.id).await?;
            tx.commit().await?;
            return Ok(stored);
        }
        let (id, now) = (ImportId::from(self.ids.uuid()), self.clock.now());
        let name = path.file_name().unwrap_or_default().to_string_lossy().replace('\0', "");
        let job = NewJob::of(Source::Local, id, name, same, now);
        jobs::insert(&mut tx, self.workspace, job).await?;
        mapping_used(&mut tx, self.workspace, header, now).await?;
        tx.commit().await?;
        Ok(Stored { id, state: ImportState::Processing, reached: Reached::default() })
    }
}

impl Importer {
    /// What the columns go to, as kept, recognised and chosen; refused where they name nobody.
    pub(crate) async fn columns_of(
        &self,
        path: &Path,
        opened: &Opened,
        ask: &Ask,
    ) -> Result<ColumnMap, ImportError> {
        let (header, mapping) = (&opened.head.header, opened.head.mapping.clone());
        let kept = kept_mapping(&self.db, self.workspace, header).await?;
        let refused =
            |why: MappingError| ImportError::Columns(format!("{}: {why}", path.display()));
        let columns = ColumnMap::settled(header, mapping, kept.as_deref(), &ask.columns);
        let columns = columns.map_err(refused)?;
        columns.problem().map_or(Ok(columns), |why| Err(refused(why)))
    }

    pub(crate) fn rules(&self, ask: &Ask) -> ReadingRules {
        ReadingRules::said(ask.country.clone(), self.clock.as_ref())
    }
}

fn prepare(
    opened: Opened,
    columns: ColumnMap,
    content_hash: Vec<u8>,
    ask: Ask,
    options: &LocalOptions,
) -> Result<Prepared, ImportError> {
    let (header, words) = (&opened.head.header, columns.words());
    let terms = Terms::of((header, &words), &ask.policy, &ask.tags, options)?;
    let same = Sameness { content_hash, terms };
    let mut entry = Entry::of(ask.policy, ask.tags);
    entry.how.everybody = options.everybody;
    Ok(Prepared { opened, columns, same, entry, country: ask.country })
}

impl Import {
    fn reached(&mut self, reached: Reached) {
        self.rows = reached.rows;
        self.faults = reached.faults;
        self.surplus = usize::try_from(reached.surplus).unwrap_or(0);
    }
}

/// BLAKE3 of the file's bytes; a file that cannot be opened is left to the reader, which says it best.
pub(crate) async fn hash_file(path: &Path) -> Result<Vec<u8>, ImportError> {
    let path = path.to_owned();
    let hashed = tokio::task::spawn_blocking(move || {
        let Ok(file) = std::fs::File::open(&path) else { return Ok(Vec::new()) };
        if file.metadata().is_ok_and(|meta| meta.is_dir()) {
            return Ok(Vec::new());
        }
        let mut hasher = blake3::Hasher::new();
        match hasher.update_reader(file) {
            Ok(_) => Ok(hasher.finalize().as_bytes().to_vec()),
            Err(error) => {
                Err(ImportError::Io(format!("{} cannot be read: {error}", path.display())))
            }
        }
    });
    hashed.await.map_err(|e| ImportError::Io(e.to_string()))?
}
