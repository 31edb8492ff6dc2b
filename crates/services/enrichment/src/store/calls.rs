use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{AttemptId, WorkspaceId};

const INSERT: &str = "INSERT INTO provider_call (workspace_id, id, tickets)";
const TICKETS: &str = "SELECT tickets FROM provider_call WHERE workspace_id = $1 AND id = $2";

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        TICKETS,
        "INSERT INTO provider_call (workspace_id, id, tickets) VALUES ($1, $2, $3) \
         ON CONFLICT DO NOTHING",
    ]
}

/// What the provider said to a call that it answers later: for each question, in its place, a ticket, or
/// none where it was refused.
#[derive(Debug, Clone)]
pub(crate) struct CallTickets {
    /// The call is known by its first attempt.
    pub(crate) call: AttemptId,
    pub(crate) tickets: Vec<Option<String>>,
}

/// Keeps the tickets of calls; those that are kept already stay as they are.
pub(crate) async fn save(
    tx: &mut Tx,
    workspace: WorkspaceId,
    calls: &[CallTickets],
) -> Result<(), DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(calls.len().saturating_mul(3));
    for one in calls {
        let tickets = serde_json::to_string(&one.tickets);
        let tickets = tickets.map_err(|error| DbError::Other(error.to_string()))?;
        values.extend([workspace.into(), one.call.into(), tickets.into()]);
    }
    tx.insert_many(INSERT, 3, values, "ON CONFLICT DO NOTHING").await.map(|_| ())
}

/// The ticket of the question at `place` of a call, where its call was answered with one.
pub(crate) async fn ticket(
    tx: &mut Tx,
    workspace: WorkspaceId,
    call: AttemptId,
    place: usize,
) -> Result<Option<String>, DbError> {
    let values: [Value; 2] = [workspace.into(), call.into()];
    let kept: Option<(String,)> = tx.one(Stmt::text(TICKETS, values)).await?;
    let Some((kept,)) = kept else { return Ok(None) };
    let tickets: Vec<Option<String>> =
        serde_json::from_str(&kept).map_err(|error| DbError::Other(error.to_string()))?;
    Ok(tickets.into_iter().nth(place).flatten())
}
