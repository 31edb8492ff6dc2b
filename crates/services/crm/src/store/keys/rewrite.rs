//! Marks in pages that go, or pass to another contact.

use std::collections::BTreeMap;

use captely_platform::db::{DbError, Engine, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use super::pages::{self, Owned, columns, entries, holding_postgres, holding_sqlite};
use crate::keys::Mark;

macro_rules! write_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, run_id, first_mark, marks, owners) AS (",
            $rows,
            ") UPDATE contact_key_page SET marks = v.marks, owners = v.owners FROM v
            WHERE contact_key_page.workspace_id = CASE WHEN 1 = 1 THEN v.workspace_id END
            AND contact_key_page.run_id = CASE WHEN 1 = 1 THEN v.run_id END
            AND contact_key_page.first_mark = CASE WHEN 1 = 1 THEN v.first_mark END"
        )
    };
}

captely_platform::statements! {
    fn statements;

    const DROP_EMPTY: &str = "DELETE FROM contact_key_page WHERE workspace_id = $1 AND run_id = $2 \
        AND first_mark = $3";
    const DROP_RUNS: &str = "DELETE FROM contact_key_run WHERE workspace_id = $1 AND NOT EXISTS (\
        SELECT 1 FROM contact_key_page AS p WHERE p.workspace_id = contact_key_run.workspace_id \
        AND p.run_id = contact_key_run.run_id)";
}

/// Every statement of this file that both engines take.
pub(super) fn all_statements() -> Vec<&'static str> {
    let write = write_text!(
        "SELECT workspace_id, run_id, first_mark, marks, owners FROM contact_key_page
        WHERE workspace_id = $1"
    );
    [statements(), vec![write]].concat()
}

/// What becomes of a mark that this contact has: it goes, or passes to another.
pub(super) type Change = (Mark, Uuid, Option<Uuid>);

/// Changes the pages in which these marks stand as their owners'; how many marks went.
pub(super) async fn rewrite(
    tx: &mut Tx,
    workspace: WorkspaceId,
    changes: Vec<Change>,
) -> Result<u64, DbError> {
    if changes.is_empty() || pages::runs(tx, workspace).await?.is_empty() {
        return Ok(0);
    }
    let changes: BTreeMap<Owned, Option<Uuid>> =
        changes.into_iter().map(|(mark, owner, to)| ((mark, owner), to)).collect();
    let (mut written, mut is_empty, mut gone) = (Vec::new(), false, 0_usize);
    for (run, first, marks, owners) in holding(tx, workspace, &changes).await? {
        let before: Vec<Owned> = entries(&marks, &owners).collect();
        let after: Vec<Owned> = before.iter().filter_map(|one| changed(one, &changes)).collect();
        gone = gone.saturating_add(before.len().saturating_sub(after.len()));
        if after.is_empty() {
            is_empty = true;
            tx.run(Stmt::text(DROP_EMPTY, [workspace.into(), run.into(), first.into()])).await?;
        } else if after != before {
            let (marks, owners) = columns(&after);
            let row: [Value; 5] =
                [workspace.into(), run.into(), first.into(), marks.into(), owners.into()];
            written.extend(row);
        }
    }
    tx.run_many(write_text!("@rows@"), 5, written).await?;
    if is_empty {
        tx.run(Stmt::text(DROP_RUNS, [workspace.into()])).await?;
    }
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}

/// What stands in a page after the changes; nothing where it goes.
fn changed(one: &Owned, changes: &BTreeMap<Owned, Option<Uuid>>) -> Option<Owned> {
    match changes.get(one) {
        None => Some(*one),
        Some(to) => to.map(|to| (one.0, to)),
    }
}

/// A page: its run, its beginning and its two columns.
type Page = (Uuid, Vec<u8>, Vec<u8>, Vec<u8>);

/// The pages in which any of these marks stands.
async fn holding(
    tx: &mut Tx,
    workspace: WorkspaceId,
    changes: &BTreeMap<Owned, Option<Uuid>>,
) -> Result<Vec<Page>, DbError> {
    let marks = changes.keys().map(|(mark, _)| mark.as_slice());
    let values = marks.flat_map(|mark| [workspace.into(), Value::from(mark)]).collect();
    let sql = match tx.engine() {
        Engine::Sqlite => {
            holding_sqlite!("@rows@", "DISTINCT p.run_id, p.first_mark, p.marks, p.owners")
        }
        Engine::Postgres => {
            holding_postgres!("@rows@", "DISTINCT p.run_id, p.first_mark, p.marks, p.owners")
        }
    };
    let mut pages: Vec<Page> = tx.all_many(sql, 2, values).await?;
    // A long list of marks is asked in parts, and a page may hold marks of two.
    pages.sort_unstable();
    pages.dedup();
    Ok(pages)
}
