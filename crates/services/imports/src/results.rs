//! The rows of an import with what became of them.

use std::io;
use std::path::Path;

use captely_platform::db::{Db, DbError};
use captely_platform::ids::WorkspaceId;
use captely_tabular::{Cell, Format, WriteError, Writer};

use crate::paged_file::{PagedFile, Rows, write_to};
use crate::store::{rows, signed};
use crate::{ImportJob, ImportRow, Outcome};

/// Rows that are read at once.
const PAGE_ROWS: u32 = 1_000;
/// What stands before the file's own columns.
const OWN_COLUMNS: [&str; 5] =
    ["import_row", "import_line", "import_outcome", "import_reason", "contact_id"];

/// Results in the order of the file.
pub(crate) struct Results {
    db: Db,
    workspace: WorkspaceId,
    job: ImportJob,
    only: Option<Outcome>,
    after: u64,
}

/// The results as a file. `db` is where the rows stand; `only` leaves others out.
pub(crate) fn results(
    db: Db,
    workspace: WorkspaceId,
    job: ImportJob,
    only: Option<Outcome>,
    format: Format,
) -> Result<PagedFile<Results>, WriteError> {
    let (header, rows) = Results::of(db, workspace, job, only);
    PagedFile::begin(rows, "the rows of an import", &header, format)
}

/// Writes the results to a CSV file of this machine; how many rows there were.
pub async fn write_results(
    db: &Db,
    workspace: WorkspaceId,
    job: ImportJob,
    path: &Path,
) -> io::Result<u64> {
    let (header, rows) = Results::of(db.clone(), workspace, job, None);
    write_to(rows, path, &header).await
}

impl Results {
    fn of(
        db: Db,
        workspace: WorkspaceId,
        job: ImportJob,
        only: Option<Outcome>,
    ) -> (Vec<String>, Self) {
        let header = [&OWN_COLUMNS.map(str::to_owned), job.header.as_slice()].concat();
        (header, Self { db, workspace, job, only, after: 0 })
    }

    async fn read(&self) -> Result<Vec<ImportRow>, DbError> {
        let mut tx = self.db.reader().await?;
        let (id, after) = (self.job.id, self.after);
        rows::page(&mut tx, self.workspace, id, self.only, (after, PAGE_ROWS)).await
    }
}

impl Rows for Results {
    type Row = ImportRow;

    async fn page(&mut self) -> io::Result<Vec<ImportRow>> {
        let page = self.read().await.map_err(io::Error::other)?;
        self.after = page.last().map_or(self.after, |last| last.number);
        Ok(page)
    }

    fn write(&self, writer: &mut Writer, row: &ImportRow) -> Result<(), WriteError> {
        let contact = row.contact.map(|id| id.to_string()).unwrap_or_default();
        let mut cells: Vec<Cell<'_>> = vec![
            signed(row.number).into(),
            signed(row.line).into(),
            row.outcome.as_str().into(),
            row.reason.as_deref().unwrap_or_default().into(),
            contact.as_str().into(),
        ];
        let own = row.cells.iter().take(self.job.header.len());
        cells.extend(own.map(|cell| Cell::from(cell.as_str())));
        writer.row(&cells)
    }
}
