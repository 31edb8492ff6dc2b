use captely_contact::{Timestamp, Usd};
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, RunId, WorkspaceId};
use uuid::Uuid;

use crate::Summary;

const INSERT: &str = "INSERT INTO run (workspace_id, id, import_id, sameness, settings, state, \
    max_micros, spent_micros, held_micros, n_contacts, n_done, n_email, n_verified, n_phone, \
    n_calls, n_cached, n_in_doubt, n_limited, started_at) \
    VALUES ($1, $2, $3, $4, $5, 'processing', $6, 0, 0, $7, 0, 0, 0, 0, 0, 0, 0, 0, $8)";
const UNFINISHED: &str = "SELECT id FROM run WHERE workspace_id = $1 AND sameness = $2 \
    AND state = 'processing' ORDER BY started_at DESC, id DESC LIMIT 1";
const UNFINISHED_OTHERS: &str = "SELECT id FROM run WHERE workspace_id = $1 AND sameness <> $2 \
    AND state = 'processing' ORDER BY id";
const SET_BUDGET: &str = "UPDATE run SET max_micros = $3, settings = $4 \
    WHERE workspace_id = $1 AND id = $2";
/// The only way to money: takes the hold or nothing, on both databases without a lock.
const HOLD: &str = "UPDATE run SET held_micros = held_micros + $3 \
    WHERE workspace_id = $1 AND id = $2 \
    AND (max_micros IS NULL OR spent_micros + held_micros + $3 <= max_micros)";
const ADD: &str = "UPDATE run SET spent_micros = spent_micros + $3, held_micros = held_micros + $4, \
    n_done = n_done + $5, n_email = n_email + $6, n_verified = n_verified + $7, \
    n_phone = n_phone + $8, n_calls = n_calls + $9, n_cached = n_cached + $10, \
    n_in_doubt = n_in_doubt + $11, n_limited = n_limited + $12 \
    WHERE workspace_id = $1 AND id = $2";
const SUMMARY: &str = "SELECT n_contacts, n_done, n_email, n_verified, n_phone, n_calls, n_cached, \
    n_in_doubt, n_limited, spent_micros, held_micros FROM run WHERE workspace_id = $1 AND id = $2";
const FINISH: &str = "UPDATE run SET state = 'done', finished_at = $3 \
    WHERE workspace_id = $1 AND id = $2 AND n_done = n_contacts AND state <> 'done'";

pub(super) fn statements() -> Vec<&'static str> {
    vec![INSERT, UNFINISHED, UNFINISHED_OTHERS, SET_BUDGET, HOLD, ADD, SUMMARY, FINISH]
}

/// What changes on a run by some answers and ended rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Delta {
    pub(crate) spent: i64,
    pub(crate) held: i64,
    pub(crate) done: i64,
    pub(crate) email: i64,
    pub(crate) verified: i64,
    pub(crate) phone: i64,
    pub(crate) calls: i64,
    pub(crate) cached: i64,
    pub(crate) in_doubt: i64,
    pub(crate) limited: i64,
}

impl Delta {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            spent: self.spent + other.spent,
            held: self.held + other.held,
            done: self.done + other.done,
            email: self.email + other.email,
            verified: self.verified + other.verified,
            phone: self.phone + other.phone,
            calls: self.calls + other.calls,
            cached: self.cached + other.cached,
            in_doubt: self.in_doubt + other.in_doubt,
            limited: self.limited + other.limited,
        }
    }
}

pub(crate) struct NewRun {
    pub(crate) id: RunId,
    pub(crate) import: ImportId,
    pub(crate) sameness: Vec<u8>,
    pub(crate) settings: String,
    pub(crate) max: Option<Usd>,
    pub(crate) contacts: i64,
    pub(crate) now: Timestamp,
}

pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: NewRun,
) -> Result<(), DbError> {
    let values: [Value; 8] = [
        workspace.into(),
        run.id.into(),
        run.import.into(),
        run.sameness.into(),
        run.settings.into(),
        run.max.into(),
        run.contacts.into(),
        run.now.into(),
    ];
    tx.run(Stmt::text(INSERT, values)).await.map(|_| ())
}

pub(crate) async fn unfinished(
    tx: &mut Tx,
    workspace: WorkspaceId,
    sameness: &[u8],
) -> Result<Option<RunId>, DbError> {
    let values: [Value; 2] = [workspace.into(), sameness.into()];
    let found: Option<(Uuid,)> = tx.one(Stmt::text(UNFINISHED, values)).await?;
    Ok(found.map(|(id,)| RunId::from(id)))
}

/// The unfinished runs that are not this one.
pub(crate) async fn unfinished_others(
    tx: &mut Tx,
    workspace: WorkspaceId,
    sameness: &[u8],
) -> Result<Vec<RunId>, DbError> {
    let values: [Value; 2] = [workspace.into(), sameness.into()];
    let rows: Vec<(Uuid,)> = tx.all(Stmt::text(UNFINISHED_OTHERS, values)).await?;
    Ok(rows.into_iter().map(|(id,)| RunId::from(id)).collect())
}

/// Gives a run that goes on the budget and settings of today's command.
pub(crate) async fn set_budget(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
    max: Option<Usd>,
    settings: &str,
) -> Result<(), DbError> {
    let values: [Value; 4] = [workspace.into(), run.into(), max.into(), settings.into()];
    tx.run(Stmt::text(SET_BUDGET, values)).await.map(|_| ())
}

/// Holds `amount` of the run's budget, or nothing: then it does not fit.
pub(crate) async fn hold(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
    amount: Usd,
) -> Result<bool, DbError> {
    let values: [Value; 3] = [workspace.into(), run.into(), amount.into()];
    Ok(tx.run(Stmt::text(HOLD, values)).await? == 1)
}

pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
    by: Delta,
) -> Result<(), DbError> {
    let values: [Value; 12] = [
        workspace.into(),
        run.into(),
        by.spent.into(),
        by.held.into(),
        by.done.into(),
        by.email.into(),
        by.verified.into(),
        by.phone.into(),
        by.calls.into(),
        by.cached.into(),
        by.in_doubt.into(),
        by.limited.into(),
    ];
    tx.run(Stmt::text(ADD, values)).await.map(|_| ())
}

pub(crate) async fn summary(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
) -> Result<Option<Summary>, DbError> {
    type Row = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);
    let values: [Value; 2] = [workspace.into(), run.into()];
    let row: Option<Row> = tx.one(Stmt::text(SUMMARY, values)).await?;
    let n = |value: i64| u64::try_from(value).unwrap_or(0);
    Ok(row.map(|r| Summary {
        contacts: n(r.0),
        done: n(r.1),
        email_found: n(r.2),
        email_verified: n(r.3),
        phone_found: n(r.4),
        provider_calls: n(r.5),
        cached: n(r.6),
        in_doubt: n(r.7),
        limited: n(r.8),
        spent: Usd::micros(r.9),
        held: Usd::micros(r.10),
    }))
}

/// Closes a run all of whose contacts are done. True for the one call that closed it.
pub(crate) async fn finish(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values: [Value; 3] = [workspace.into(), run.into(), now.into()];
    Ok(tx.run(Stmt::text(FINISH, values)).await? == 1)
}
