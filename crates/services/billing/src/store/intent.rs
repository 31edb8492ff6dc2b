use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{from_json, json, word};
use crate::ids::IntentId;
use crate::model::words;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO stripe_intent (workspace_id, id, kind, about, state, created_at)
        VALUES ($1, $2, $3, $4, 'open', $5)";

    const GET: &str =
        "SELECT id, about, state, answer, created_at FROM stripe_intent WHERE workspace_id = $1 AND id = $2";

    /// A workspace has one order at a time: its page is among the newest.
    const PAGES: &str = "SELECT id, about, state, answer, created_at FROM stripe_intent
        WHERE workspace_id = $1 AND kind = 'subscribe' ORDER BY id DESC LIMIT 10";

    /// What was made although it was refused before, or called off meanwhile, was made.
    const END: &str = "UPDATE stripe_intent SET state = $3, answer = $4, done_at = $5
        WHERE workspace_id = $1 AND id = $2 AND (state = 'open' OR state = 'failed' AND $3 = 'done')";

    /// Of all workspaces: whoever finds one works in it alone.
    const LEFT: &str = "SELECT workspace_id, id, kind FROM stripe_intent
        WHERE state = 'open' AND kind IN ('pay_back', 'close_page', 'cancel_now') AND created_at < $1
        ORDER BY created_at, id LIMIT $2";

    const SUPERSEDE: &str = "UPDATE stripe_intent
        SET state = 'failed', answer = 'another came after it', done_at = $2
        WHERE workspace_id = $1 AND state = 'open' AND kind IN ('change', 'cancel_at_end', 'resume')";
}

/// Writes down a call before it goes out. Its id is the key that Stripe gets.
pub(crate) async fn add<T: Serialize>(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: IntentId,
    kind: &str,
    about: &T,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = [workspace.into(), id.into(), kind.into(), json(about)?.into(), now.into()];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

words! {
    /// How far a call is.
    State:
    /// It was not made yet, or its answer did not come.
    Open = "open",
    /// It was made.
    Done = "done",
    /// It was refused, or is not to be made any more.
    Failed = "failed",
}

/// A call as it was written down.
#[derive(Debug)]
pub(crate) struct Noted<T> {
    pub(crate) id: IntentId,
    /// What it is for.
    pub(crate) about: T,
    pub(crate) state: State,
    /// Stripe's id of what came of it, or why nothing did.
    pub(crate) answer: Option<String>,
    pub(crate) created_at: Timestamp,
}

type Row = (IntentId, String, String, Option<String>, i64);

fn read<T: DeserializeOwned>(row: Row) -> Result<Noted<T>, DbError> {
    let (id, about, state, answer, created) = row;
    let (about, state) = (from_json(&about)?, word(&state)?);
    Ok(Noted { id, about, state, answer, created_at: Timestamp::micros(created) })
}

pub(crate) async fn get<T: DeserializeOwned>(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: IntentId,
) -> Result<Option<Noted<T>>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(GET, [workspace.into(), id.into()])).await?;
    row.map(read).transpose()
}

/// Pages on which orders are paid, the newest first, 10 at most.
pub(crate) async fn pages<T: DeserializeOwned>(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Vec<Noted<T>>, DbError> {
    let rows: Vec<Row> = tx.all(Stmt::text(PAGES, [workspace.into()])).await?;
    rows.into_iter().map(read).collect()
}

/// A call that nobody waits for and that was not made.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) workspace: WorkspaceId,
    pub(crate) id: IntentId,
    pub(crate) kind: String,
}

/// Those that were written down before `before`, the oldest first.
pub(crate) async fn left(tx: &mut Tx, before: Timestamp, most: u32) -> Result<Vec<Left>, DbError> {
    let rows: Vec<(WorkspaceId, IntentId, String)> =
        tx.all(Stmt::text(LEFT, [before.into(), most.into()])).await?;
    Ok(rows.into_iter().map(|(workspace, id, kind)| Left { workspace, id, kind }).collect())
}

/// Notes what came of it. False where that was noted before.
pub(crate) async fn end(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: IntentId,
    outcome: Result<&str, &str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let (state, answer) = match outcome {
        Ok(answer) => (State::Done, answer),
        Err(why) => (State::Failed, why),
    };
    let values = [workspace.into(), id.into(), state.as_str().into(), answer.into(), now.into()];
    Ok(tx.run(Stmt::text(END, values)).await? == 1)
}

/// Calls off what waits to be changed of a subscription: another wish came after it.
pub(crate) async fn supersede(
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(Stmt::text(SUPERSEDE, [workspace.into(), now.into()])).await?;
    Ok(())
}
