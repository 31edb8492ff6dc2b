use std::collections::BTreeSet;

use std::collections::HashSet;

use captely_contact::{Timestamp, Usd};
use captely_platform::db::{DbError, Stmt, Tx, Value, in_list, padded};
use captely_platform::ids::{AttemptId, ContactId, RunId, WorkspaceId};
use captely_providers::Answer;
use uuid::Uuid;

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttemptState {
    /// Written down; the call may or may not have gone out.
    Asked,
    /// The provider works on it under a ticket.
    Pending,
    /// Answered: found or not found.
    Answered,
    /// It failed and was certainly not charged.
    Failed,
    /// Its answer was lost; counted at its worst price.
    InDoubt,
}

impl AttemptState {
    const ALL: [Self; 5] =
        [Self::Asked, Self::Pending, Self::Answered, Self::Failed, Self::InDoubt];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Pending => "pending",
            Self::Answered => "answered",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
        }
    }
}

/// One call about one contact.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) id: AttemptId,
    pub(crate) contact: ContactId,
    pub(crate) run: RunId,
    pub(crate) provider: String,
    pub(crate) wants: String,
    pub(crate) state: AttemptState,
    pub(crate) held: Usd,
    pub(crate) cost: Usd,
    pub(crate) asked_at: Timestamp,
    pub(crate) answered_at: Option<Timestamp>,
    pub(crate) ticket: Option<String>,
    pub(crate) answer: Option<Answer>,
    pub(crate) error: Option<String>,
}

const COLUMNS: usize = 14;
const INSERT: &str = "INSERT INTO attempt (workspace_id, id, contact_id, run_id, provider, wants, \
    state, held_micros, cost_micros, asked_at, answered_at, ticket, answer, error)";
/// Nobody is asked about one person twice at the same time.
const NEW_TAIL: &str = "ON CONFLICT DO NOTHING";
/// Only what is open changes: an answer is never overwritten.
const CHANGED_TAIL: &str = "ON CONFLICT (workspace_id, id) DO UPDATE SET state = excluded.state, \
    held_micros = excluded.held_micros, cost_micros = excluded.cost_micros, \
    answered_at = excluded.answered_at, ticket = excluded.ticket, answer = excluded.answer, \
    error = excluded.error WHERE attempt.state IN ('asked', 'pending') RETURNING id";
macro_rules! of_contacts_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, contact_id) AS (",
            $rows,
            ") SELECT a.id, a.contact_id, a.run_id, a.provider, a.wants, a.state, a.held_micros,
            a.cost_micros, a.asked_at, a.answered_at, a.ticket, a.answer, a.error
            FROM v CROSS JOIN attempt AS a
            WHERE a.workspace_id = v.workspace_id AND a.contact_id = v.contact_id"
        )
    };
}
const OF_CONTACTS: &str = of_contacts_text!("@rows@");
const ANSWERED: &str = "SELECT id, contact_id FROM attempt WHERE workspace_id = $1 AND provider = $2 \
    AND state = 'answered' AND contact_id IN";
const FORGET: &str = "DELETE FROM attempt WHERE workspace_id = $1 AND id IN";
const PRESENT: &str = "SELECT id FROM attempt WHERE workspace_id = $1 AND id IN";

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        of_contacts_text!("SELECT workspace_id, contact_id FROM attempt WHERE workspace_id = $1"),
        "SELECT id FROM attempt WHERE workspace_id = $1 AND id IN ($2, $3)",
        "SELECT id, contact_id FROM attempt WHERE workspace_id = $1 AND provider = $2 \
        AND state = 'answered' AND contact_id IN ($3, $4)",
        "DELETE FROM attempt WHERE workspace_id = $1 AND id IN ($2, $3)",
        "INSERT INTO attempt (workspace_id, id, contact_id, run_id, provider, wants, \
        state, held_micros, cost_micros, asked_at, answered_at, ticket, answer, error) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
        ON CONFLICT (workspace_id, id) DO UPDATE SET state = excluded.state \
        WHERE attempt.state IN ('asked', 'pending') RETURNING id",
    ]
}

/// Writes attempts down before their calls go out. Those whose person is being asked about already
/// (by another process) are left out; the ids of those that were written come back.
pub(crate) async fn insert_new(
    tx: &mut Tx,
    workspace: WorkspaceId,
    attempts: &[Attempt],
) -> Result<Vec<AttemptId>, DbError> {
    let written = tx.insert_many(INSERT, COLUMNS, values(workspace, attempts)?, NEW_TAIL).await?;
    if usize::try_from(written).is_ok_and(|n| n == attempts.len()) {
        return Ok(attempts.iter().map(|a| a.id).collect());
    }
    let list = padded(attempts.iter().map(|a| a.id.into()).collect());
    let sql = format!("{PRESENT} ({})", in_list(2, list.len()));
    let values = [vec![workspace.into()], list].concat();
    let rows: Vec<(Uuid,)> = tx.all(Stmt::owned(sql, values)).await?;
    Ok(rows.into_iter().map(|(id,)| AttemptId::from(id)).collect())
}

/// What a provider has answered about these contacts so far.
pub(crate) async fn answered(
    tx: &mut Tx,
    workspace: WorkspaceId,
    provider: &str,
    contacts: &[ContactId],
) -> Result<Vec<(AttemptId, ContactId)>, DbError> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let list = padded(contacts.iter().map(|id| (*id).into()).collect());
    let sql = format!("{ANSWERED} ({})", in_list(3, list.len()));
    let values = [vec![workspace.into(), provider.into()], list].concat();
    let rows: Vec<(Uuid, Uuid)> = tx.all(Stmt::owned(sql, values)).await?;
    Ok(rows.into_iter().map(|(id, contact)| (id.into(), contact.into())).collect())
}

/// Takes attempts back that were written in this same transaction.
pub(crate) async fn forget(
    tx: &mut Tx,
    workspace: WorkspaceId,
    attempts: &[AttemptId],
) -> Result<(), DbError> {
    if attempts.is_empty() {
        return Ok(());
    }
    let list = padded(attempts.iter().map(|id| (*id).into()).collect());
    let sql = format!("{FORGET} ({})", in_list(2, list.len()));
    let values = [vec![workspace.into()], list].concat();
    tx.run(Stmt::owned(sql, values)).await.map(|_| ())
}

/// Writes what became of attempts; the ids of those that were still open. What became of the others
/// was written before, and counted.
pub(crate) async fn save(
    tx: &mut Tx,
    workspace: WorkspaceId,
    attempts: &[Attempt],
) -> Result<HashSet<AttemptId>, DbError> {
    let values = values(workspace, attempts)?;
    let changed: Vec<(Uuid,)> =
        tx.insert_many_returning(INSERT, COLUMNS, values, CHANGED_TAIL).await?;
    Ok(changed.into_iter().map(|(id,)| AttemptId::from(id)).collect())
}

fn values(workspace: WorkspaceId, attempts: &[Attempt]) -> Result<Vec<Value>, DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(attempts.len().saturating_mul(COLUMNS));
    for a in attempts {
        let answer = match &a.answer {
            Some(answer) => {
                let json = serde_json::to_string(answer).map_err(|e| DbError::Other(e.to_string()));
                Some(json?)
            }
            None => None,
        };
        values.extend([
            workspace.into(),
            a.id.into(),
            a.contact.into(),
            a.run.into(),
            (&a.provider).into(),
            (&a.wants).into(),
            a.state.as_str().into(),
            a.held.into(),
            a.cost.into(),
            a.asked_at.into(),
            a.answered_at.into(),
            a.ticket.as_deref().into(),
            answer.into(),
            a.error.as_ref().map(|text| text.replace('\0', "")).into(),
        ]);
    }
    Ok(values)
}

/// All attempts about these contacts, oldest first.
pub(crate) async fn of_contacts(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<Vec<Attempt>, DbError> {
    type Row = (
        Uuid,
        Uuid,
        Uuid,
        String,
        String,
        String,
        i64,
        i64,
        i64,
        Option<i64>,
        Option<String>,
        Option<String>,
        Option<String>,
    );
    let distinct: BTreeSet<ContactId> = contacts.iter().copied().collect();
    let values = distinct.into_iter().flat_map(|id| [workspace.into(), id.into()]).collect();
    let mut rows: Vec<Row> = tx.all_many(OF_CONTACTS, 2, values).await?;
    rows.sort_unstable_by_key(|row| row.0);
    rows.into_iter()
        .map(|r| {
            let state = AttemptState::ALL.into_iter().find(|s| s.as_str() == r.5);
            Ok(Attempt {
                id: AttemptId::from(r.0),
                contact: ContactId::from(r.1),
                run: RunId::from(r.2),
                provider: r.3,
                wants: r.4,
                state: state.ok_or_else(|| DbError::Other(format!("attempt state {:?}", r.5)))?,
                held: Usd::micros(r.6),
                cost: Usd::micros(r.7),
                asked_at: Timestamp::micros(r.8),
                answered_at: r.9.map(Timestamp::micros),
                ticket: r.10,
                answer: match r.11 {
                    Some(json) => Some(
                        serde_json::from_str(&json).map_err(|e| DbError::Other(e.to_string()))?,
                    ),
                    None => None,
                },
                error: r.12,
            })
        })
        .collect()
}
