//! Contacts that were merged, and what of them passed on.

pub(crate) mod items;
pub(crate) mod record;

use std::collections::BTreeMap;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use super::keys::split;
use crate::MergeId;
use crate::merge::{Change, Merge};

/// Beside the fields: how new the kept one was.
pub(crate) const UPDATED_AT: &str = "updated_at";

macro_rules! merge_text {
    ($where:literal) => {
        concat!(
            "SELECT id, kept_id, gone_id, origin_id, choices, before, after, joined, marks, at, undone_at
            FROM contact_merge WHERE workspace_id = $1 AND ",
            $where
        )
    };
}

// SQLite takes the primary key wherever it saves sorting, and so reads every merge of the workspace for the few of
// one contact; an id that it does not know to be one (`CASE`, which PostgreSQL takes away) leaves it the index.
captely_platform::statements! {
    fn statements;

    const ADD: &str = "INSERT INTO contact_merge (workspace_id, id, kept_id, gone_id, origin_id, choices, before,
        after, joined, marks, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    const LAST_ID: &str = "SELECT id FROM contact_merge WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1";
    const GET: &str = merge_text!("id = $2");
    const OPEN_OF_GONE: &str = merge_text!(
        "gone_id = $2 AND undone_at IS NULL ORDER BY CASE WHEN 1 = 1 THEN id END DESC LIMIT 1"
    );
    const OPEN_SINCE: &str = merge_text!(
        "kept_id = $2 AND CASE WHEN 1 = 1 THEN id END > $3 AND undone_at IS NULL
        ORDER BY CASE WHEN 1 = 1 THEN id END"
    );
    const OPEN_INTO: &str = "SELECT COUNT(*) FROM contact_merge
        WHERE workspace_id = $1 AND kept_id = $2 AND undone_at IS NULL";
    const OPEN_OF_ORIGIN: &str =
        merge_text!("origin_id = $2 AND id < $3 AND undone_at IS NULL ORDER BY id DESC LIMIT $4");
    const PAGE: &str = merge_text!("id < $2 ORDER BY id DESC LIMIT $3");
    const UNDONE: &str = "UPDATE contact_merge SET undone_at = $3, before = '{}', after = '{}', joined = '{}'
        WHERE workspace_id = $1 AND id = $2 AND undone_at IS NULL";
    const WRITE_AGAIN: &str = "UPDATE contact_merge SET before = $3, after = $4, joined = $5
        WHERE workspace_id = $1 AND id = $2";
}

/// Every statement of these tables.
pub(crate) fn all_statements() -> Vec<&'static str> {
    [statements(), items::all_statements(), record::statements()].concat()
}

/// The id of the last merge of the workspace.
pub(crate) async fn last_id(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Option<MergeId>, DbError> {
    let row: Option<(Uuid,)> = tx.one(Stmt::text(LAST_ID, [workspace.into()])).await?;
    Ok(row.map(|(id,)| id.into()))
}

/// One merge.
pub(crate) async fn get(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MergeId,
) -> Result<Option<Merge>, DbError> {
    read_one(tx, Stmt::text(GET, [workspace.into(), id.into()])).await
}

/// The merge by which a contact went into another and that was not undone.
pub(crate) async fn open_of_gone(
    tx: &mut Tx,
    workspace: WorkspaceId,
    gone: ContactId,
) -> Result<Option<Merge>, DbError> {
    read_one(tx, Stmt::text(OPEN_OF_GONE, [workspace.into(), gone.into()])).await
}

/// How many contacts went into one and were not taken out again.
pub(crate) async fn open_into(
    tx: &mut Tx,
    workspace: WorkspaceId,
    kept: ContactId,
) -> Result<i64, DbError> {
    let stmt = Stmt::text(OPEN_INTO, [workspace.into(), kept.into()]);
    Ok(tx.one::<(i64,)>(stmt).await?.map_or(0, |(count,)| count))
}

/// The merges into one contact after this one that were not undone, in order.
pub(crate) async fn open_since(
    tx: &mut Tx,
    workspace: WorkspaceId,
    kept: ContactId,
    id: MergeId,
) -> Result<Vec<Merge>, DbError> {
    read_all(tx, Stmt::text(OPEN_SINCE, [workspace.into(), kept.into(), id.into()])).await
}

/// The merges by one import before `before` that were not undone, the newest first.
pub(crate) async fn open_of_origin(
    tx: &mut Tx,
    workspace: WorkspaceId,
    origin: Uuid,
    before: MergeId,
    most: u32,
) -> Result<Vec<Merge>, DbError> {
    let values = [workspace.into(), origin.into(), before.into(), most.into()];
    read_all(tx, Stmt::text(OPEN_OF_ORIGIN, values)).await
}

/// The merges before `before`, undone ones too, the newest first.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    before: MergeId,
    most: u32,
) -> Result<Vec<Merge>, DbError> {
    read_all(tx, Stmt::text(PAGE, [workspace.into(), before.into(), most.into()])).await
}

/// Keeps a merge.
pub(crate) async fn add(tx: &mut Tx, workspace: WorkspaceId, merge: &Merge) -> Result<(), DbError> {
    let (before, after) = sides(merge)?;
    let values: [Value; 11] = [
        workspace.into(),
        merge.id.into(),
        merge.kept.into(),
        merge.gone.into(),
        merge.origin.into(),
        json(&merge.choices)?.into(),
        before.into(),
        after.into(),
        json(&merge.joined)?.into(),
        merge.marks.concat().into(),
        merge.at.into(),
    ];
    tx.run(Stmt::text(ADD, values)).await.map(drop)
}

/// Writes what a merge changed anew, after an earlier one into the same contact was undone.
pub(crate) async fn write_again(
    tx: &mut Tx,
    workspace: WorkspaceId,
    merge: &Merge,
) -> Result<(), DbError> {
    let (before, after) = sides(merge)?;
    let joined = json(&merge.joined)?;
    let values = [workspace.into(), merge.id.into(), before.into(), after.into(), joined.into()];
    tx.run(Stmt::text(WRITE_AGAIN, values)).await.map(drop)
}

/// Notes that a merge was undone. What it changed is needed no more: erasing one of the two leaves nothing of them
/// with the other.
pub(crate) async fn undone(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MergeId,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(Stmt::text(UNDONE, [workspace.into(), id.into(), now.into()])).await.map(drop)
}

type MergeRow =
    (Uuid, Uuid, Uuid, Option<Uuid>, String, String, String, String, Vec<u8>, i64, Option<i64>);

async fn read_one(tx: &mut Tx, stmt: Stmt) -> Result<Option<Merge>, DbError> {
    tx.one::<MergeRow>(stmt).await?.map(merge).transpose()
}

async fn read_all(tx: &mut Tx, stmt: Stmt) -> Result<Vec<Merge>, DbError> {
    tx.all::<MergeRow>(stmt).await?.into_iter().map(merge).collect()
}

fn merge(row: MergeRow) -> Result<Merge, DbError> {
    let (id, kept, gone, origin, choices, before, after, joined, marks, at, undone_at) = row;
    let mut before: BTreeMap<String, Option<String>> = read_json(&before)?;
    let mut after: BTreeMap<String, Option<String>> = read_json(&after)?;
    let aged = |side: &mut BTreeMap<String, Option<String>>| {
        side.remove(UPDATED_AT).flatten().and_then(|text| text.parse::<i64>().ok())
    };
    let aged = aged(&mut before).zip(aged(&mut after));
    let change = |(word, after): (String, Option<String>)| {
        let before = before.remove(&word).flatten();
        (word, Change { before, after })
    };
    Ok(Merge {
        id: id.into(),
        kept: kept.into(),
        gone: gone.into(),
        origin,
        choices: read_json(&choices)?,
        changes: after.into_iter().map(change).collect(),
        joined: read_json(&joined)?,
        marks: split(&marks).collect(),
        aged,
        at: Timestamp::micros(at),
        undone_at: undone_at.map(Timestamp::micros),
    })
}

/// The fields that changed, and how new the kept one was: before and after.
fn sides(merge: &Merge) -> Result<(String, String), DbError> {
    let side = |of: fn(&Change) -> &Option<String>, aged: Option<i64>| {
        let fields = merge.changes.iter().map(|(word, change)| (word.as_str(), of(change).clone()));
        let aged = aged.map(|at| (UPDATED_AT, Some(at.to_string())));
        json(&fields.chain(aged).collect::<BTreeMap<_, _>>())
    };
    let before = side(|change| &change.before, merge.aged.map(|(before, _)| before))?;
    Ok((before, side(|change| &change.after, merge.aged.map(|(_, after)| after))?))
}

pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|why| DbError::Other(format!("no JSON: {why}")))
}

pub(crate) fn read_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|why| DbError::Decode(format!("no such JSON: {why}")))
}
