//! Marks of contacts that came in numbers: sorted, some dozens a row.

use std::collections::HashMap;

use captely_platform::db::{DbError, Engine, Stmt, Tx, Value};
use captely_platform::ids::{Ids, WorkspaceId};
use uuid::Uuid;

use crate::keys::Mark;

/// Marks of a page. A row of 60 is just below 2,000 bytes: two fill a page of SQLite, four one of PostgreSQL,
/// which puts longer rows elsewhere.
const PAGE_MARKS: usize = 60;
/// Pages of one statement.
const PAGES_AT_ONCE: usize = 2_000;

/// `$what` of the pages in which marks stand, of each run the one page where a mark can be. A mark stands in both
/// columns at the same place; found askew, between two marks, it is none. PostgreSQL joins by hash, which reads
/// every page, where it is not told to look each up (`LATERAL`, which SQLite does not have).
macro_rules! holding_sqlite {
    ($rows:literal, $what:literal) => {
        concat!(
            "WITH v (workspace_id, mark) AS (",
            $rows,
            ") SELECT ",
            $what,
            " FROM v CROSS JOIN contact_key_run AS r CROSS JOIN contact_key_page AS p
            WHERE r.workspace_id = v.workspace_id AND p.workspace_id = v.workspace_id
            AND p.run_id = r.run_id AND p.first_mark = (SELECT q.first_mark FROM contact_key_page AS q
                WHERE q.workspace_id = v.workspace_id AND q.run_id = r.run_id
                AND q.first_mark <= v.mark ORDER BY q.first_mark DESC LIMIT 1)
            AND instr(p.marks, v.mark) % 16 = 1"
        )
    };
}
macro_rules! holding_postgres {
    ($rows:literal, $what:literal) => {
        concat!(
            "WITH v (workspace_id, mark) AS (",
            $rows,
            ") SELECT ",
            $what,
            " FROM v CROSS JOIN contact_key_run AS r CROSS JOIN LATERAL (
                SELECT q.run_id, q.first_mark, q.marks, q.owners FROM contact_key_page AS q
                WHERE q.workspace_id = v.workspace_id AND q.run_id = r.run_id
                AND q.first_mark <= v.mark ORDER BY q.first_mark DESC LIMIT 1) AS p
            WHERE r.workspace_id = v.workspace_id AND position(v.mark IN p.marks) % 16 = 1"
        )
    };
}
pub(super) use {holding_postgres, holding_sqlite};

const INSERT: &str =
    "INSERT INTO contact_key_page (workspace_id, run_id, first_mark, marks, owners)";

captely_platform::statements! {
    pub(super) fn statements;

    const RUNS: &str = "SELECT run_id, n_marks FROM contact_key_run WHERE workspace_id = $1 ORDER BY run_id";
    const ADD_RUN: &str = "INSERT INTO contact_key_run (workspace_id, run_id, n_marks) VALUES ($1, $2, $3)";
    const PAGES: &str = "SELECT first_mark, marks, owners FROM contact_key_page \
        WHERE workspace_id = $1 AND run_id = $2 AND first_mark > $3 ORDER BY first_mark LIMIT $4";
    const DROP_PAGES: &str = "DELETE FROM contact_key_page WHERE workspace_id = $1 AND run_id = $2";
    const DROP_RUN: &str = "DELETE FROM contact_key_run WHERE workspace_id = $1 AND run_id = $2";
}

/// A mark and whose it is.
pub(super) type Owned = (Mark, Uuid);

/// The runs of a workspace, the oldest first, and how many marks each was written with.
pub(super) async fn runs(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Vec<(Uuid, usize)>, DbError> {
    let rows: Vec<(Uuid, i64)> = tx.all(Stmt::text(RUNS, [workspace.into()])).await?;
    Ok(rows.into_iter().map(|(run, n)| (run, usize::try_from(n).unwrap_or(0))).collect())
}

/// Whose any of `marks` are.
pub(super) async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    marks: &[Mark],
) -> Result<HashMap<Mark, Uuid>, DbError> {
    if marks.is_empty() || runs(tx, workspace).await?.is_empty() {
        return Ok(HashMap::new());
    }
    let values = marks.iter().flat_map(|mark| [workspace.into(), Value::from(mark.as_slice())]);
    let sql = match tx.engine() {
        Engine::Sqlite => {
            holding_sqlite!("@rows@", "v.mark, substr(p.owners, instr(p.marks, v.mark), 16)")
        }
        Engine::Postgres => {
            holding_postgres!("@rows@", "v.mark, substr(p.owners, position(v.mark IN p.marks), 16)")
        }
    };
    let rows: Vec<(Vec<u8>, Vec<u8>)> = tx.all_many(sql, 2, values.collect()).await?;
    Ok(rows.into_iter().filter_map(|(mark, owner)| owned(&mark, &owner)).collect())
}

/// Stores marks, which are nobody's yet, as a run of their own.
pub(super) async fn insert(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
    mut marks: Vec<Owned>,
) -> Result<(), DbError> {
    marks.sort_unstable();
    let run = ids.uuid();
    let count = i64::try_from(marks.len()).unwrap_or(i64::MAX);
    tx.run(Stmt::text(ADD_RUN, [workspace.into(), run.into(), count.into()])).await?;
    let mut left = marks.into_iter();
    let pages = std::iter::from_fn(move || {
        let page: Vec<Owned> = left.by_ref().take(PAGE_MARKS).collect();
        page.first().map(|(first, _)| (*first, columns(&page)))
    });
    let values = pages.flat_map(move |(first, (marks, owners))| -> [Value; 5] {
        [workspace.into(), run.into(), first.as_slice().into(), marks.into(), owners.into()]
    });
    tx.insert_many(INSERT, 5, values, "").await?;
    Ok(())
}

/// The marks of one run, in order, page by page from behind the page that begins with `after`; with the beginning
/// of the last page, or `None` behind the last.
pub(super) async fn of_run(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: Uuid,
    after: &[u8],
) -> Result<(Vec<Owned>, Option<Vec<u8>>), DbError> {
    let most = i64::try_from(PAGES_AT_ONCE).unwrap_or(i64::MAX);
    let values: [Value; 4] = [workspace.into(), run.into(), after.into(), most.into()];
    let pages: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> = tx.all(Stmt::text(PAGES, values)).await?;
    let last = pages.last().map(|(first, ..)| first.clone());
    let marks = pages.iter().flat_map(|(_, marks, owners)| entries(marks, owners));
    Ok((marks.collect(), last))
}

/// Takes a run away.
pub(super) async fn remove_run(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: Uuid,
) -> Result<(), DbError> {
    tx.run(Stmt::text(DROP_PAGES, [workspace.into(), run.into()])).await?;
    tx.run(Stmt::text(DROP_RUN, [workspace.into(), run.into()])).await.map(drop)
}

/// A page's two columns.
pub(super) fn columns(page: &[Owned]) -> (Vec<u8>, Vec<u8>) {
    let bytes = page.len().saturating_mul(16);
    let mut columns = (Vec::with_capacity(bytes), Vec::with_capacity(bytes));
    for (mark, owner) in page {
        columns.0.extend(mark);
        columns.1.extend(owner.as_bytes());
    }
    columns
}

/// What stands in a page's two columns.
pub(super) fn entries<'p>(
    marks: &'p [u8],
    owners: &'p [u8],
) -> impl Iterator<Item = Owned> + use<'p> {
    let pairs = marks.chunks_exact(16).zip(owners.chunks_exact(16));
    pairs.filter_map(|(mark, owner)| owned(mark, owner))
}

fn owned(mark: &[u8], owner: &[u8]) -> Option<Owned> {
    Some((Mark::try_from(mark).ok()?, Uuid::from_slice(owner).ok()?))
}
