//! Whether anybody has added marks of contacts since somebody looked, and all that there are.

use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use super::{pages, split};
use crate::keys::{Mark, hash};

/// Rows read at once.
const ROWS_AT_ONCE: i64 = 50_000;

captely_platform::statements! {
    pub(super) fn statements;

    const STATE: &str = "SELECT version, n_marks FROM contact_key_state WHERE workspace_id = $1";
    const SET: &str = "INSERT INTO contact_key_state (workspace_id, version, n_marks) VALUES ($1, $2, $3) \
        ON CONFLICT (workspace_id) DO UPDATE SET version = excluded.version, n_marks = excluded.n_marks";
    const REMOVED: &str = "UPDATE contact_key_state \
        SET n_marks = CASE WHEN n_marks > $2 THEN n_marks - $2 ELSE 0 END WHERE workspace_id = $1";
    const ROWS: &str = "SELECT mark FROM contact_key WHERE workspace_id = $1 AND mark > $2 \
        ORDER BY mark LIMIT $3";
}

/// What a workspace's contacts have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Added {
    /// Another one whenever marks were added or moved; nil where none ever were. It is made of the marks that were
    /// added, so that two ways of going on from one version have two versions, also where one was rolled back.
    pub(crate) version: Uuid,
    /// How many there are.
    pub(crate) marks: u64,
}

/// What a workspace has.
pub(crate) async fn added(tx: &mut Tx, workspace: WorkspaceId) -> Result<Added, DbError> {
    let row: Option<(Uuid, i64)> = tx.one(Stmt::text(STATE, [workspace.into()])).await?;
    let (version, marks) = row.unwrap_or_default();
    Ok(Added { version, marks: u64::try_from(marks).unwrap_or(0) })
}

/// Notes that marks are added: what was there before, and with them. Without any, that marks were moved: whoever
/// was reading all of them begins anew.
pub(super) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    marks: &[(Mark, Uuid)],
) -> Result<(Added, Added), DbError> {
    let before = added(tx, workspace).await?;
    let parts = [before.version.as_bytes().as_slice()].into_iter();
    let parts: Vec<&[u8]> = parts.chain(marks.iter().map(|(mark, _)| mark.as_slice())).collect();
    let version = Uuid::from_bytes(hash("added", &parts));
    let count = u64::try_from(marks.len()).unwrap_or(u64::MAX);
    let now = Added { version, marks: before.marks.saturating_add(count) };
    let count = i64::try_from(now.marks).unwrap_or(i64::MAX);
    tx.run(Stmt::text(SET, [workspace.into(), version.into(), count.into()])).await?;
    Ok((before, now))
}

/// Notes that so many marks are there no more. Who has seen all marks still has.
pub(super) async fn removed(
    tx: &mut Tx,
    workspace: WorkspaceId,
    marks: u64,
) -> Result<(), DbError> {
    let marks = i64::try_from(marks).unwrap_or(i64::MAX);
    tx.run(Stmt::text(REMOVED, [workspace.into(), marks.into()])).await.map(drop)
}

/// Calls `see` with every mark of the workspace's contacts. Where each statement sees what is committed by then, marks
/// that are moved meanwhile may be missed: the version is another one then.
pub(crate) async fn each(
    tx: &mut Tx,
    workspace: WorkspaceId,
    see: &mut (dyn FnMut(Mark) + Send),
) -> Result<(), DbError> {
    let mut after: Vec<u8> = Vec::new();
    loop {
        let values: [Value; 3] = [workspace.into(), after.as_slice().into(), ROWS_AT_ONCE.into()];
        let rows: Vec<(Vec<u8>,)> = tx.all(Stmt::text(ROWS, values)).await?;
        let Some((last,)) = rows.last() else { break };
        after.clone_from(last);
        rows.iter().flat_map(|(mark,)| split(mark)).for_each(&mut *see);
    }
    for (run, _) in pages::runs(tx, workspace).await? {
        let mut after = Vec::new();
        while let (marks, Some(last)) = pages::of_run(tx, workspace, run, &after).await? {
            for (mark, _) in marks {
                see(mark);
            }
            after = last;
        }
    }
    Ok(())
}
