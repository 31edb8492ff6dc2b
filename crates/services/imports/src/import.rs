use std::path::Path;
use std::sync::Arc;

use captely_crm::{NewContact, add_contacts};
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError, Tx};
use captely_platform::ids::{Ids, ImportId, WorkspaceId};
use captely_tabular::{ReadError, ReadOptions, Role};

use crate::columns::{choose, repeated_names};
use crate::person::person;
use crate::reading::{Chunk, Head, Read, ReadRow, read};
use crate::store::jobs::{Advance, Reached, Sameness, Stored};
use crate::{Import, ImportRow, ImportState, store};

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
    /// The database failed.
    #[error("the database: {0}")]
    Db(#[from] DbError),
    /// The file changed or went away while it was read.
    #[error("{0}")]
    Io(String),
}

/// Reads files into one workspace.
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
}

impl Importer {
    /// Reads `path` into the workspace, each row once whatever happened before, and calls `progress`
    /// with the number of rows that are in.
    pub async fn import(
        &self,
        path: &Path,
        options: ReadOptions,
        progress: impl FnMut(u64),
    ) -> Result<Import, ImportError> {
        self.import_as(path, options, &[], progress).await
    }

    /// Like [`Importer::import`]; `chosen` says what the columns of these names (or numbers, from 1)
    /// hold, whatever their names suggest.
    pub async fn import_as(
        &self,
        path: &Path,
        options: ReadOptions,
        chosen: &[(String, Role)],
        mut progress: impl FnMut(u64),
    ) -> Result<Import, ImportError> {
        let content_hash = hash_file(path).await?;
        let mut from = read(path.to_owned(), options);
        let mut head = match from.recv().await {
            Some(Read::Head(head)) => head,
            Some(Read::Failed(error)) => return Err(error.into()),
            Some(Read::Chunk(_) | Read::End(_)) | None => {
                return Err(ImportError::Io("the reading thread ended without a word".into()));
            }
        };
        choose(path, &mut head.mapping, chosen).map_err(ImportError::Columns)?;
        let roles: Vec<Role> = head.mapping.columns.iter().map(|column| column.role).collect();
        let stored = self.begin(path, &content_hash, &head, &roles).await?;
        let notes = repeated_names(&head.header, &head.mapping);
        let mut import = Import {
            id: stored.id,
            content_hash,
            header: head.header,
            rows: 0,
            faults: 0,
            notes,
            surplus: 0,
            known_rows: count(stored.reached.rows),
        };
        import.reached(stored.reached);
        progress(import.rows);
        if stored.state == ImportState::Done {
            return Ok(import);
        }
        let (mut n_read, mut ended) = (count(stored.reached.read), false);
        while let Some(next) = from.recv().await {
            match next {
                Read::Head(_) => {}
                Read::End(notes) => {
                    import.notes.extend(notes);
                    ended = true;
                }
                Read::Failed(error) => return Err(error.into()),
                Read::Chunk(chunk) => {
                    let chunk = behind(chunk, n_read);
                    if let Some(reached) = self.store(&import, chunk, &roles).await? {
                        n_read = count(reached.read);
                        import.reached(reached);
                    }
                    progress(import.rows);
                }
            }
        }
        if !ended {
            return Err(ImportError::Io("the reading thread ended before the file did".into()));
        }
        let mut tx = self.db.writer().await?;
        store::jobs::finish(&mut tx, self.workspace, import.id, self.clock.now()).await?;
        tx.commit().await?;
        Ok(import)
    }

    /// The stored import to go on with, or a new one.
    async fn begin(
        &self,
        path: &Path,
        content_hash: &[u8],
        head: &Head,
        roles: &[Role],
    ) -> Result<Stored, ImportError> {
        let json = |e: serde_json::Error| ImportError::Io(e.to_string());
        let words: Vec<String> = roles.iter().map(|role| format!("{role:?}")).collect();
        let same = Sameness {
            content_hash: content_hash.to_vec(),
            header: serde_json::to_string(&head.header).map_err(json)?,
            roles: serde_json::to_string(&words).map_err(json)?,
        };
        let mut tx = self.db.writer().await?;
        tx.one_at_a_time(&format!("new imports of {}", self.workspace)).await?;
        if let Some(stored) = store::jobs::find(&mut tx, self.workspace, &same).await? {
            return Ok(stored);
        }
        let id = ImportId::from(self.ids.uuid());
        let name = path.file_name().unwrap_or_default().to_string_lossy().replace('\0', "");
        let now = self.clock.now();
        store::jobs::insert(&mut tx, self.workspace, id, &name, &same, now).await?;
        tx.commit().await?;
        Ok(Stored { id, state: ImportState::Processing, reached: Reached::default() })
    }

    /// Stores one chunk with its contacts and the place reached, all or nothing; how far the import
    /// is then. What another process has stored meanwhile is left out.
    async fn store(
        &self,
        import: &Import,
        chunk: Chunk,
        roles: &[Role],
    ) -> Result<Option<Reached>, ImportError> {
        if chunk.is_empty() {
            return Ok(None);
        }
        let mut tx = self.db.writer().await?;
        let reached = store::jobs::lock(&mut tx, self.workspace, import.id).await?;
        let chunk = behind(chunk, count(reached.read));
        if chunk.is_empty() {
            return Ok(Some(reached));
        }
        let last_row = chunk.rows.last().map_or(0, |row| row.number);
        let last_fault = chunk.faults.last().map_or(0, |fault| fault.number);
        let rows = self.with_contacts(&mut tx, chunk.rows, roles).await?;
        store::rows::insert(&mut tx, self.workspace, import.id, &rows).await?;
        store::faults::insert(&mut tx, self.workspace, import.id, &chunk.faults).await?;
        let widest = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let surplus = widest.saturating_sub(import.header.len());
        let by = Advance {
            n_read: signed(last_row.max(last_fault)),
            rows: i64::try_from(rows.len()).unwrap_or(i64::MAX),
            faults: i64::try_from(chunk.faults.len()).unwrap_or(i64::MAX),
            surplus: i64::try_from(surplus).unwrap_or(i64::MAX),
        };
        let reached = store::jobs::advance(&mut tx, self.workspace, import.id, by).await?;
        tx.commit().await?;
        Ok(Some(reached))
    }

    /// The rows with the contacts that they name, new ones added.
    async fn with_contacts(
        &self,
        tx: &mut Tx,
        rows: Vec<ReadRow>,
        roles: &[Role],
    ) -> Result<Vec<ImportRow>, DbError> {
        let people: Vec<Option<NewContact>> =
            rows.iter().map(|row| person(roles, &row.cells)).collect();
        let known: Vec<NewContact> = people.iter().flatten().cloned().collect();
        let now = self.clock.now();
        let contacts = add_contacts(tx, &self.ids, self.workspace, &known, now).await?;
        let mut contacts = contacts.into_iter();
        let row = |(row, person): (ReadRow, &Option<NewContact>)| ImportRow {
            number: row.number,
            line: row.line,
            contact: person.as_ref().and_then(|_| contacts.next()),
            cells: row.cells,
        };
        Ok(rows.into_iter().zip(&people).map(row).collect())
    }
}

impl Import {
    fn reached(&mut self, reached: Reached) {
        self.rows = count(reached.rows);
        self.faults = count(reached.faults);
        self.surplus = usize::try_from(reached.surplus).unwrap_or(0);
    }
}

/// Only what stands behind data row `n_read`.
fn behind(chunk: Chunk, n_read: u64) -> Chunk {
    Chunk {
        rows: chunk.rows.into_iter().filter(|row| row.number > n_read).collect(),
        faults: chunk.faults.into_iter().filter(|fault| fault.number > n_read).collect(),
    }
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// BLAKE3 of the file's bytes; a file that cannot be opened is left to the reader, which says it best.
async fn hash_file(path: &Path) -> Result<Vec<u8>, ImportError> {
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
