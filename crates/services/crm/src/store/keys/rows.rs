//! Marks, one row each.

use std::collections::HashMap;

use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use super::Keys;
use crate::keys::Mark;

macro_rules! find_text {
    ($rows:literal, $table:literal, $owner:literal) => {
        concat!(
            "WITH v (workspace_id, mark) AS (",
            $rows,
            ") SELECT k.mark, k.",
            $owner,
            " FROM v CROSS JOIN ",
            $table,
            " AS k WHERE k.workspace_id = v.workspace_id AND k.mark = v.mark"
        )
    };
}

macro_rules! remove_text {
    ($rows:literal, $table:literal, $owner:literal) => {
        concat!(
            "WITH v (workspace_id, mark, owner) AS (",
            $rows,
            ") DELETE FROM ",
            $table,
            " WHERE (workspace_id, mark, ",
            $owner,
            ") IN (SELECT v.workspace_id, v.mark, v.owner FROM v)"
        )
    };
}

macro_rules! pass_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, mark, from_id, to_id) AS (",
            $rows,
            ") UPDATE contact_key SET contact_id = v.to_id FROM v
            WHERE contact_key.workspace_id = CASE WHEN 1 = 1 THEN v.workspace_id END
            AND contact_key.mark = CASE WHEN 1 = 1 THEN v.mark END AND contact_key.contact_id = CASE WHEN 1 = 1 THEN v.from_id END"
        )
    };
}

/// Every statement of these tables.
pub(super) fn statements() -> Vec<&'static str> {
    vec![
        find_text!(
            "SELECT workspace_id, mark FROM contact_key WHERE workspace_id = $1",
            "contact_key",
            "contact_id"
        ),
        find_text!(
            "SELECT workspace_id, mark FROM company_key WHERE workspace_id = $1",
            "company_key",
            "company_id"
        ),
        "INSERT INTO contact_key (workspace_id, mark, contact_id) VALUES ($1, $2, $3) \
         ON CONFLICT (workspace_id, mark) DO UPDATE SET contact_id = excluded.contact_id",
        "INSERT INTO company_key (workspace_id, mark, company_id) VALUES ($1, $2, $3) \
         ON CONFLICT (workspace_id, mark) DO UPDATE SET company_id = excluded.company_id",
        remove_text!(
            "SELECT workspace_id, mark, contact_id FROM contact_key WHERE workspace_id = $1",
            "contact_key",
            "contact_id"
        ),
        remove_text!(
            "SELECT workspace_id, mark, company_id FROM company_key WHERE workspace_id = $1",
            "company_key",
            "company_id"
        ),
        pass_text!(
            "SELECT workspace_id, mark, contact_id, contact_id FROM contact_key WHERE workspace_id = $1"
        ),
    ]
}

impl Keys {
    const fn find(self) -> &'static str {
        match self {
            Self::Contacts => find_text!("@rows@", "contact_key", "contact_id"),
            Self::Companies => find_text!("@rows@", "company_key", "company_id"),
        }
    }

    /// Marks that come here are nobody's. One that stands there all the same is of a record that is no more.
    const fn insert(self) -> (&'static str, &'static str) {
        match self {
            Self::Contacts => (
                "INSERT INTO contact_key (workspace_id, mark, contact_id)",
                "ON CONFLICT (workspace_id, mark) DO UPDATE SET contact_id = excluded.contact_id",
            ),
            Self::Companies => (
                "INSERT INTO company_key (workspace_id, mark, company_id)",
                "ON CONFLICT (workspace_id, mark) DO UPDATE SET company_id = excluded.company_id",
            ),
        }
    }

    const fn remove(self) -> &'static str {
        match self {
            Self::Contacts => remove_text!("@rows@", "contact_key", "contact_id"),
            Self::Companies => remove_text!("@rows@", "company_key", "company_id"),
        }
    }
}

/// Whose any of `marks` are.
pub(super) async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: Keys,
    marks: &[Mark],
) -> Result<HashMap<Mark, Uuid>, DbError> {
    let values = marks.iter().flat_map(|mark| [workspace.into(), Value::from(mark.to_vec())]);
    let rows: Vec<(Vec<u8>, Uuid)> = tx.all_many(keys.find(), 2, values.collect()).await?;
    let owner =
        |(mark, owner): (Vec<u8>, Uuid)| Some((Mark::try_from(mark.as_slice()).ok()?, owner));
    Ok(rows.into_iter().filter_map(owner).collect())
}

/// Stores marks with their owners, in the order of the index: a list of 10,000 people then changes each page
/// once instead of once a mark.
pub(super) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: Keys,
    mut marks: Vec<(Mark, Uuid)>,
) -> Result<(), DbError> {
    marks.sort_unstable();
    let values = marks.into_iter().flat_map(move |(mark, owner)| -> [Value; 3] {
        [workspace.into(), mark.as_slice().into(), owner.into()]
    });
    let (head, tail) = keys.insert();
    tx.insert_many(head, 3, values, tail).await.map(drop)
}

/// As [`insert`], where marks that somebody has stay theirs.
pub(super) async fn copy(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: Keys,
    marks: Vec<(Mark, Uuid)>,
) -> Result<(), DbError> {
    let values = marks.into_iter().flat_map(move |(mark, owner)| -> [Value; 3] {
        [workspace.into(), Value::from(mark.to_vec()), owner.into()]
    });
    let tail = "ON CONFLICT (workspace_id, mark) DO NOTHING";
    tx.insert_many(keys.insert().0, 3, values, tail).await.map(drop)
}

/// Removes marks from their owners; how many. Those that passed to another stay.
pub(super) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: Keys,
    marks: Vec<(Mark, Uuid)>,
) -> Result<u64, DbError> {
    let values = marks.into_iter().flat_map(move |(mark, owner)| -> [Value; 3] {
        [workspace.into(), Value::from(mark.to_vec()), owner.into()]
    });
    tx.run_many(keys.remove(), 3, values).await
}

/// Gives those of these marks that one contact has to another.
pub(super) async fn pass(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (from, to): (Uuid, Uuid),
    marks: &[Mark],
) -> Result<(), DbError> {
    let row = |mark: &Mark| -> [Value; 4] {
        [workspace.into(), mark.as_slice().into(), from.into(), to.into()]
    };
    let values: Vec<Value> = marks.iter().flat_map(row).collect();
    tx.run_many(pass_text!("@rows@"), 4, values).await.map(drop)
}
