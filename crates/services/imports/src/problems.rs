//! What could not be used of an import: line, column, value and reason.

use std::io;
use std::path::Path;

use captely_platform::db::Db;
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_tabular::{Format, WriteError, Writer};

use crate::Fault;
use crate::paged_file::{PagedFile, Rows, write_to};
use crate::store::{faults, signed};

/// Problems that are read at once.
const PAGE_PROBLEMS: u32 = 1_000;
const COLUMNS: [&str; 6] = ["row", "line", "column", "column_name", "value", "reason"];

/// Problems in the order of the file.
pub(crate) struct Problems {
    db: Db,
    workspace: WorkspaceId,
    import: ImportId,
    after: (u64, u32),
}

/// The problems as a file.
pub(crate) fn problems(
    db: Db,
    workspace: WorkspaceId,
    import: ImportId,
    format: Format,
) -> Result<PagedFile<Problems>, WriteError> {
    let rows = Problems { db, workspace, import, after: (0, 0) };
    PagedFile::begin(rows, "the problems of an import", &COLUMNS.map(str::to_owned), format)
}

/// Writes the problems to a CSV file of this machine; how many there were.
pub async fn write_problems(
    db: &Db,
    workspace: WorkspaceId,
    import: ImportId,
    path: &Path,
) -> io::Result<u64> {
    let rows = Problems { db: db.clone(), workspace, import, after: (0, 0) };
    write_to(rows, path, &COLUMNS.map(str::to_owned)).await
}

impl Rows for Problems {
    type Row = Fault;

    async fn page(&mut self) -> io::Result<Vec<Fault>> {
        let mut tx = self.db.reader().await.map_err(io::Error::other)?;
        let (workspace, import) = (self.workspace, self.import);
        let page = faults::page(&mut tx, workspace, import, self.after, PAGE_PROBLEMS).await;
        let page = page.map_err(io::Error::other)?;
        self.after = page.last().map_or(self.after, |last| (last.number, last.column));
        Ok(page)
    }

    fn write(&self, writer: &mut Writer, fault: &Fault) -> Result<(), WriteError> {
        writer.row(&[
            signed(fault.number).into(),
            signed(fault.line).into(),
            i64::from(fault.column).into(),
            fault.column_name.as_str().into(),
            fault.value.as_str().into(),
            fault.reason.as_str().into(),
        ])
    }
}
