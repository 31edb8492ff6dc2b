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
    /// Written down; the call may have gone out, and may have been answered with a ticket.
    Open,
    /// Answered: found or not found.
    Answered,
    /// It failed and was certainly not charged.
    Failed,
    /// Its answer was lost; counted at its worst price.
    InDoubt,
}

impl AttemptState {
    const ENDS: [Self; 3] = [Self::Answered, Self::Failed, Self::InDoubt];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
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
    /// Its mark, if it shares its call with others.
    pub(crate) mark: Option<String>,
    /// The provider's handle, while this process knows of one.
    pub(crate) ticket: Option<String>,
    pub(crate) answer: Option<Answer>,
    pub(crate) error: Option<String>,
    /// How many attempts of the provider about the contact came before.
    pub(crate) nth: i64,
    /// Not so where it is known that the question never reached the provider.
    pub(crate) was_asked: bool,
}

impl Attempt {
    /// Whether its end is not known yet.
    pub(crate) fn is_open(&self) -> bool {
        self.state == AttemptState::Open
    }

    /// By which mark the provider knows the question.
    pub(crate) fn mark(&self) -> String {
        self.mark.clone().unwrap_or_else(|| self.id.to_string())
    }
}

const COLUMNS: usize = 10;
/// Whose place another process has taken is not asked, nor about whom the run has ended a row.
macro_rules! insert_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id, contact_id, run_id, provider, wants, held_micros, asked_at,
                mark, nth) AS (",
            $rows,
            ") INSERT INTO attempt (workspace_id, id, contact_id, run_id, provider, wants,
                held_micros, asked_at, mark, nth)
            SELECT v.workspace_id, v.id, v.contact_id, v.run_id, v.provider, v.wants,
                v.held_micros, v.asked_at, v.mark, v.nth FROM v
            WHERE NOT EXISTS (SELECT 1 FROM run_result AS r WHERE r.workspace_id = v.workspace_id
                AND r.run_id = v.run_id AND r.contact_id = v.contact_id)
            ON CONFLICT DO NOTHING"
        )
    };
}
const INSERT: &str = insert_text!("@rows@");
const END: &str = "INSERT INTO attempt_end (workspace_id, id, state, cost_micros, ended_at, \
    answer, error)";
const END_COLUMNS: usize = 7;
/// The first end stands: an answer is never overwritten.
const END_TAIL: &str = "ON CONFLICT DO NOTHING";
const END_TAIL_TELLING: &str = "ON CONFLICT DO NOTHING RETURNING id";
macro_rules! mark_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id, mark) AS (",
            $rows,
            ") UPDATE attempt SET mark = v.mark
            FROM v WHERE attempt.workspace_id = v.workspace_id AND attempt.id = v.id"
        )
    };
}
const MARK: &str = mark_text!("@rows@");
macro_rules! of_contacts_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, contact_id) AS (",
            $rows,
            ") SELECT a.id, a.contact_id, a.run_id, a.provider, a.wants, a.held_micros, a.asked_at,
            a.mark, a.nth, e.state, e.cost_micros, e.ended_at, e.answer, e.error
            FROM v CROSS JOIN attempt AS a
            LEFT JOIN attempt_end AS e ON e.workspace_id = a.workspace_id AND e.id = a.id
            WHERE a.workspace_id = v.workspace_id AND a.contact_id = v.contact_id"
        )
    };
}
const OF_CONTACTS: &str = of_contacts_text!("@rows@");
const PRESENT: &str = "SELECT id FROM attempt WHERE workspace_id = $1 AND id IN";

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        of_contacts_text!("SELECT workspace_id, contact_id FROM attempt WHERE workspace_id = $1"),
        "SELECT id FROM attempt WHERE workspace_id = $1 AND id IN ($2, $3)",
        insert_text!(
            "SELECT workspace_id, id, contact_id, run_id, provider, wants, held_micros, asked_at,
                mark, nth FROM attempt WHERE workspace_id = $1"
        ),
        "INSERT INTO attempt_end (workspace_id, id, state, cost_micros, ended_at, \
        answer, error) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id",
        mark_text!("SELECT workspace_id, id, mark FROM attempt WHERE workspace_id = $1"),
    ]
}

/// Writes attempts down before their calls go out. Those whose place ([`Attempt::nth`]) another process
/// has taken, or whose row has ended, are left out; the ids of those that were written come back. The
/// transaction holds its run's row by then (see [`super::rows::save_done`]).
pub(crate) async fn insert_new(
    tx: &mut Tx,
    workspace: WorkspaceId,
    attempts: &[Attempt],
) -> Result<Vec<AttemptId>, DbError> {
    let written = tx.run_many(INSERT, COLUMNS, values(workspace, attempts)).await?;
    if usize::try_from(written).is_ok_and(|n| n == attempts.len()) {
        return Ok(attempts.iter().map(|a| a.id).collect());
    }
    let list = padded(attempts.iter().map(|a| a.id.into()).collect());
    let sql = format!("{PRESENT} ({})", in_list(2, list.len()));
    let values = [vec![workspace.into()], list].concat();
    let rows: Vec<(Uuid,)> = tx.all(Stmt::owned(sql, values)).await?;
    Ok(rows.into_iter().map(|(id,)| AttemptId::from(id)).collect())
}

/// The ends of attempts, ready to be written. All have one.
pub(crate) fn ends<'a>(
    workspace: WorkspaceId,
    attempts: impl Iterator<Item = &'a Attempt>,
) -> Result<Vec<Value>, DbError> {
    let few = attempts.size_hint().0;
    let mut values: Vec<Value> = Vec::with_capacity(few.saturating_mul(END_COLUMNS));
    for a in attempts {
        values.extend([
            workspace.into(),
            a.id.into(),
            a.state.as_str().into(),
            a.cost.into(),
            a.answered_at.unwrap_or(a.asked_at).into(),
            answer_text(a)?.into(),
            a.error.as_ref().map(|text| text.replace('\0', "")).into(),
        ]);
    }
    Ok(values)
}

/// Writes [`ends`]; how many of the attempts had none before. What became of the others was counted
/// when it was written.
pub(crate) async fn end(tx: &mut Tx, ends: Vec<Value>) -> Result<u64, DbError> {
    tx.insert_many(END, END_COLUMNS, ends, END_TAIL).await
}

/// As [`end`]; the ids of those that had none.
pub(crate) async fn end_telling(
    tx: &mut Tx,
    ends: Vec<Value>,
) -> Result<HashSet<AttemptId>, DbError> {
    let ended: Vec<(Uuid,)> =
        tx.insert_many_returning(END, END_COLUMNS, ends, END_TAIL_TELLING).await?;
    Ok(ended.into_iter().map(|(id,)| AttemptId::from(id)).collect())
}

/// Writes the marks of attempts anew.
pub(crate) async fn mark<'a>(
    tx: &mut Tx,
    workspace: WorkspaceId,
    attempts: impl Iterator<Item = &'a Attempt>,
) -> Result<(), DbError> {
    let one =
        |a: &Attempt| -> [Value; 3] { [workspace.into(), a.id.into(), a.mark.as_deref().into()] };
    tx.run_many(MARK, 3, attempts.flat_map(one).collect::<Vec<_>>()).await.map(|_| ())
}

fn answer_text(attempt: &Attempt) -> Result<Option<String>, DbError> {
    let text = attempt.answer.as_ref().map(serde_json::to_string).transpose();
    text.map_err(|error| DbError::Other(error.to_string()))
}

fn values(workspace: WorkspaceId, attempts: &[Attempt]) -> Vec<Value> {
    let one = |a: &Attempt| -> [Value; COLUMNS] {
        [
            workspace.into(),
            a.id.into(),
            a.contact.into(),
            a.run.into(),
            (&a.provider).into(),
            (&a.wants).into(),
            a.held.into(),
            a.asked_at.into(),
            a.mark.as_deref().into(),
            a.nth.into(),
        ]
    };
    attempts.iter().flat_map(one).collect()
}

/// All attempts about these contacts, oldest first.
pub(crate) async fn of_contacts(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<Vec<Attempt>, DbError> {
    let distinct: BTreeSet<ContactId> = contacts.iter().copied().collect();
    let values = distinct.into_iter().flat_map(|id| [workspace.into(), id.into()]).collect();
    let mut rows: Vec<AttemptRow> = tx.all_many(OF_CONTACTS, 2, values).await?;
    rows.sort_unstable_by_key(|row| row.0);
    rows.into_iter().map(attempt).collect()
}

type AttemptRow = (
    Uuid,
    Uuid,
    Uuid,
    String,
    String,
    i64,
    i64,
    Option<String>,
    i64,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
);

fn attempt(row: AttemptRow) -> Result<Attempt, DbError> {
    let (id, contact, run, provider, wants, held, asked, mark, nth, word, cost, at, answer, error) =
        row;
    let state = match &word {
        None => AttemptState::Open,
        Some(word) => AttemptState::ENDS
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| DbError::Other(format!("attempt state {word:?}")))?,
    };
    let answer = answer.map(|json| serde_json::from_str(&json)).transpose();
    Ok(Attempt {
        id: AttemptId::from(id),
        contact: ContactId::from(contact),
        run: RunId::from(run),
        provider,
        wants,
        state,
        held: Usd::micros(if word.is_none() { held } else { 0 }),
        cost: Usd::micros(cost.unwrap_or(0)),
        asked_at: Timestamp::micros(asked),
        answered_at: at.map(Timestamp::micros),
        mark,
        ticket: None,
        answer: answer.map_err(|error: serde_json::Error| DbError::Other(error.to_string()))?,
        error,
        nth,
        was_asked: true,
    })
}
