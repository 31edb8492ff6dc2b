use std::collections::HashMap;

use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::keys::Mark;

/// A table of marks: contacts' or companies'.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Keys {
    Contacts,
    Companies,
}

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

/// Every statement of these tables.
pub(crate) fn statements() -> Vec<&'static str> {
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
pub(crate) async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: Keys,
    mut marks: Vec<Mark>,
) -> Result<HashMap<Mark, Uuid>, DbError> {
    // In the order of the index, so that each of its pages is visited once.
    marks.sort_unstable();
    marks.dedup();
    let values = marks.iter().flat_map(|mark| [workspace.into(), Value::from(mark.to_vec())]);
    let rows: Vec<(Vec<u8>, Uuid)> = tx.all_many(keys.find(), 2, values.collect()).await?;
    let owner =
        |(mark, owner): (Vec<u8>, Uuid)| Some((Mark::try_from(mark.as_slice()).ok()?, owner));
    Ok(rows.into_iter().filter_map(owner).collect())
}

/// Stores marks with their owners, in the order of the index: a list of 10,000 people then changes each page
/// once instead of once a mark.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: Keys,
    mut marks: Vec<(Mark, Uuid)>,
) -> Result<(), DbError> {
    marks.sort_unstable();
    let mut values = Vec::with_capacity(marks.len().saturating_mul(3));
    for (mark, owner) in marks {
        values.extend([workspace.into(), Value::from(mark.to_vec()), owner.into()]);
    }
    let (head, tail) = keys.insert();
    tx.insert_many(head, 3, values, tail).await.map(drop)
}

/// As [`insert`], where marks that somebody has stay theirs.
pub(crate) async fn copy(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: Keys,
    marks: Vec<(Mark, Uuid)>,
) -> Result<(), DbError> {
    let values = marks.into_iter().flat_map(|(mark, owner)| -> [Value; 3] {
        [workspace.into(), Value::from(mark.to_vec()), owner.into()]
    });
    let tail = "ON CONFLICT (workspace_id, mark) DO NOTHING";
    tx.insert_many(keys.insert().0, 3, values.collect(), tail).await.map(drop)
}

/// Removes marks from their owners. Those that passed to another stay.
pub(crate) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: Keys,
    marks: Vec<(Mark, Uuid)>,
) -> Result<(), DbError> {
    let values = marks.into_iter().flat_map(|(mark, owner)| -> [Value; 3] {
        [workspace.into(), Value::from(mark.to_vec()), owner.into()]
    });
    tx.run_many(keys.remove(), 3, values.collect()).await.map(drop)
}

/// The marks in a column, 16 bytes each.
pub(crate) fn split(marks: &[u8]) -> impl Iterator<Item = Mark> {
    marks.chunks_exact(16).filter_map(|mark| Mark::try_from(mark).ok())
}
