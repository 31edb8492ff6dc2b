//! How far an import is, and who may bring it further.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, WorkspaceId};

use super::{signed, unsigned};
use crate::{Counts, ImportState, Wanted};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADVANCE: &str = "UPDATE import_job SET n_read = $3, n_rows = n_rows + $4, \
        n_faults = n_faults + $5, \
        n_surplus = CASE WHEN n_surplus < $6 THEN $6 ELSE n_surplus END, \
        n_created = n_created + $7, n_updated = n_updated + $8, n_merged = n_merged + $9, \
        n_unchanged = n_unchanged + $10, n_skipped = n_skipped + $11, n_problems = n_problems + $12 \
        WHERE workspace_id = $1 AND id = $2 RETURNING n_read, n_rows, n_faults, n_surplus";

    /// Adding nothing locks the row until the transaction ends.
    const LOCK: &str = "UPDATE import_job SET n_read = n_read WHERE workspace_id = $1 AND id = $2 \
        RETURNING n_read, n_rows, n_faults, n_surplus, state, wanted";

    const FINISH: &str = "UPDATE import_job SET state = 'done', wanted = 'run', finished_at = $3, \
        n_expected = n_rows + n_faults, notes = $4 \
        WHERE workspace_id = $1 AND id = $2 AND state = 'processing'";
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    /// The number of the last data row that is in.
    pub(crate) read: u64,
    pub(crate) rows: u64,
    pub(crate) faults: u64,
    /// Cells that the widest row has behind the header.
    pub(crate) surplus: u64,
}

impl From<(i64, i64, i64, i64)> for Reached {
    fn from((read, rows, faults, surplus): (i64, i64, i64, i64)) -> Self {
        Self {
            read: unsigned(read),
            rows: unsigned(rows),
            faults: unsigned(faults),
            surplus: unsigned(surplus),
        }
    }
}

/// An import that nobody else brings further before the transaction ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Locked {
    pub(crate) reached: Reached,
    pub(crate) state: ImportState,
    pub(crate) wanted: Wanted,
}

/// Locks an import.
pub(crate) async fn lock(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<Locked, DbError> {
    let stmt = Stmt::text(LOCK, [workspace.into(), id.into()]);
    let row: Option<(i64, i64, i64, i64, String, String)> = tx.one(stmt).await?;
    let (read, rows, faults, surplus, state, wanted) = row.ok_or_else(gone)?;
    Ok(Locked {
        reached: (read, rows, faults, surplus).into(),
        state: ImportState::of_word(&state).unwrap_or(ImportState::Failed),
        wanted: Wanted::of_word(&wanted).unwrap_or(Wanted::Cancel),
    })
}

fn gone() -> DbError {
    DbError::Other("the import was deleted meanwhile".into())
}

/// How far a chunk brings an import.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advance {
    /// All rows up to this one are in.
    pub(crate) read: u64,
    pub(crate) surplus: u64,
    pub(crate) counts: Counts,
}

/// Notes how far the import is; how far that is in all.
pub(crate) async fn advance(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    by: Advance,
) -> Result<Reached, DbError> {
    let Counts { rows, faults, created, updated, merged, unchanged, skipped, problems } = by.counts;
    let mut values: Vec<Value> = vec![workspace.into(), id.into()];
    let counts =
        [by.read, rows, faults, by.surplus, created, updated, merged, unchanged, skipped, problems];
    values.extend(counts.map(|n| Value::from(signed(n))));
    let row: Option<(i64, i64, i64, i64)> = tx.one(Stmt::text(ADVANCE, values)).await?;
    row.map(Reached::from).ok_or_else(gone)
}

/// Every row is in; false where that is known, or the import is no longer to run.
pub(crate) async fn finish(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    notes: &[String],
    now: Timestamp,
) -> Result<bool, DbError> {
    let notes = super::json(notes)?;
    let values: [Value; 4] = [workspace.into(), id.into(), now.into(), notes.into()];
    Ok(tx.run(Stmt::text(FINISH, values)).await? > 0)
}
