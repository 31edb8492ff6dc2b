use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{from_json, json};
use crate::ids::IntentId;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO stripe_intent (workspace_id, id, kind, about, state, created_at)
        VALUES ($1, $2, $3, $4, 'open', $5)";

    const GET: &str = "SELECT about, state FROM stripe_intent WHERE workspace_id = $1 AND id = $2";

    const END: &str = "UPDATE stripe_intent SET state = $3, answer = $4, done_at = $5
        WHERE workspace_id = $1 AND id = $2 AND state = 'open'";

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

/// What it is for, and whether it is still open.
pub(crate) async fn get<T: DeserializeOwned>(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: IntentId,
) -> Result<Option<(T, bool)>, DbError> {
    let row: Option<(String, String)> =
        tx.one(Stmt::text(GET, [workspace.into(), id.into()])).await?;
    row.map(|(about, state)| Ok((from_json(&about)?, state == "open"))).transpose()
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
        Ok(answer) => ("done", answer),
        Err(why) => ("failed", why),
    };
    let values = [workspace.into(), id.into(), state.into(), answer.into(), now.into()];
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
