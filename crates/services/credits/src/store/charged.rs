use std::collections::HashSet;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Insert, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use super::read_hash;
use crate::Action;
use crate::key::KeyHash;

/// That something of a contact was paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) subject: Uuid,
    pub(crate) action: Action,
    pub(crate) key: KeyHash,
    pub(crate) amount: i64,
    pub(crate) at: Timestamp,
}

macro_rules! known_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, subject_id, action) AS (",
            $rows,
            ") SELECT c.subject_id, c.action FROM v CROSS JOIN credit_charged AS c
            WHERE c.workspace_id = v.workspace_id AND c.subject_id = v.subject_id AND c.action = v.action"
        )
    };
}
const KNOWN: &str = known_text!("@rows@");

macro_rules! add_text {
    ($values:literal) => {
        concat!(
            "INSERT INTO credit_charged (workspace_id, subject_id, action, key, amount, at)",
            $values
        )
    };
}
const ADD: &str = add_text!("");
const ADD_COLUMNS: usize = 6;

const OF_SUBJECT: &str = "SELECT subject_id, action, key, amount, at FROM credit_charged
    WHERE workspace_id = $1 AND subject_id = $2 ORDER BY action";

const MOVE: &str = "UPDATE credit_charged SET subject_id = $4
    WHERE workspace_id = $1 AND subject_id = $2 AND action = $3";

const REMOVE: &str = "DELETE FROM credit_charged
    WHERE workspace_id = $1 AND subject_id = $2 AND action = $3 AND key = $4";

const REMOVE_MERGED: &str = "DELETE FROM credit_charged
    WHERE workspace_id = $1 AND action = $2 AND key = $3 AND subject_id IN (
        SELECT into_id FROM credit_merged WHERE workspace_id = $1 AND key = $3)";

const PAGE: &str = "SELECT subject_id, action, key, amount, at FROM credit_charged
    WHERE workspace_id = $1 AND subject_id >= $2 AND (subject_id > $2 OR action > $3)
    ORDER BY subject_id, action LIMIT $4";

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        known_text!(
            "SELECT workspace_id, subject_id, action FROM credit_hold WHERE workspace_id = $1"
        ),
        add_text!(" VALUES ($1, $2, $3, $4, $5, $6)"),
        OF_SUBJECT,
        MOVE,
        REMOVE,
        REMOVE_MERGED,
        PAGE,
    ]
}

/// Which of these were paid for.
pub(crate) async fn known(
    tx: &mut Tx,
    workspace: WorkspaceId,
    asked: impl Iterator<Item = (Uuid, Action)>,
) -> Result<HashSet<(Uuid, Action)>, DbError> {
    let one = |(subject, action): (Uuid, Action)| -> [Value; 3] {
        [workspace.into(), subject.into(), action.as_str().into()]
    };
    let rows: Vec<(Uuid, String)> = tx.all_many(KNOWN, 3, asked.flat_map(one).collect()).await?;
    rows.into_iter().map(read_pair).collect()
}

fn read_pair((subject, action): (Uuid, String)) -> Result<(Uuid, Action), DbError> {
    Ok((subject, action.parse().map_err(DbError::Decode)?))
}

/// What is paid for now, to be added. One that is there already makes the database refuse the whole.
pub(crate) fn insert(workspace: WorkspaceId, marks: &[Mark]) -> Insert {
    let mut values: Vec<Value> = Vec::with_capacity(marks.len() * ADD_COLUMNS);
    for mark in marks {
        values.extend([
            workspace.into(),
            mark.subject.into(),
            mark.action.as_str().into(),
            mark.key.as_slice().into(),
            mark.amount.into(),
            mark.at.into(),
        ]);
    }
    Insert { head: ADD, columns: ADD_COLUMNS, rows: values, tail: "" }
}

type Row = (Uuid, String, Vec<u8>, i64, i64);

fn read((subject, action, key, amount, at): Row) -> Result<Mark, DbError> {
    let action = action.parse().map_err(DbError::Decode)?;
    Ok(Mark { subject, action, key: read_hash(&key)?, amount, at: Timestamp::micros(at) })
}

/// Everything that was paid for of a contact.
pub(crate) async fn of_subject(
    tx: &mut Tx,
    workspace: WorkspaceId,
    subject: Uuid,
) -> Result<Vec<Mark>, DbError> {
    let rows: Vec<Row> = tx.all(Stmt::text(OF_SUBJECT, [workspace.into(), subject.into()])).await?;
    rows.into_iter().map(read).collect()
}

/// What was paid for one contact counts for another one.
pub(crate) async fn move_to(
    tx: &mut Tx,
    workspace: WorkspaceId,
    from: Uuid,
    action: Action,
    into: Uuid,
) -> Result<(), DbError> {
    let values = [workspace.into(), from.into(), action.as_str().into(), into.into()];
    tx.run(Stmt::text(MOVE, values)).await.map(drop)
}

/// It is to be paid for again, if this charge was what paid for it: for the contact, or for whom it counts since
/// contacts were merged.
pub(crate) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    subject: Uuid,
    action: Action,
    key: KeyHash,
) -> Result<(), DbError> {
    let (action, key) = (Value::from(action.as_str()), Value::from(key.as_slice()));
    let values = [workspace.into(), subject.into(), action.clone(), key.clone()];
    if tx.run(Stmt::text(REMOVE, values)).await? == 0 {
        tx.run(Stmt::text(REMOVE_MERGED, [workspace.into(), action, key])).await?;
    }
    Ok(())
}

/// All of them in order, behind one.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: Option<(Uuid, Action)>,
    limit: u32,
) -> Result<Vec<Mark>, DbError> {
    let (subject, action) = after.map_or((Uuid::nil(), ""), |(id, action)| (id, action.as_str()));
    let values = [workspace.into(), subject.into(), action.into(), limit.into()];
    let rows: Vec<Row> = tx.all(Stmt::text(PAGE, values)).await?;
    rows.into_iter().map(read).collect()
}
