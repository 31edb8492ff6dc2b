use captely_contact::Timestamp;
use uuid::Uuid;

use super::State;
use crate::db::{DbError, Stmt, Tx, Value};
use crate::ids::{JobId, WorkspaceId};

/// The most jobs of one page.
pub const LIST_JOBS_MAX: u32 = 200;

const SELECT: &str = "SELECT workspace_id, id, queue, group_id, state, wanted, run_at, due_at,
    attempt, attempts_max, worker, error FROM job";

/// Without a workspace, anybody's.
const THE_ONE: &str = " WHERE id = $1 AND workspace_id = COALESCE($2, workspace_id)";

/// Which jobs to list.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Of this workspace; `None` for the whole installation.
    pub workspace: Option<WorkspaceId>,
    /// Of this queue.
    pub queue: Option<String>,
    /// In this state.
    pub state: Option<State>,
    /// Those pushed before this one: the last of the page before.
    pub after: Option<JobId>,
}

/// What may be shown of a job. Its payload is not: it may name people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobInfo {
    /// Its id.
    pub id: JobId,
    /// Whose work it is.
    pub workspace: WorkspaceId,
    /// Which kind of work.
    pub queue: String,
    /// What it is part of.
    pub group: Option<Uuid>,
    /// Where it stands.
    pub state: State,
    /// What was asked of it while a worker held it: to be cancelled or paused.
    pub wanted: Option<State>,
    /// When it was pushed, to the millisecond.
    pub pushed_at: Timestamp,
    /// When it was meant to run.
    pub run_at: Timestamp,
    /// Pending: when it may run. Processing: when its lease ends. Finished: when it did.
    pub due_at: Timestamp,
    /// Starts that count so far.
    pub attempts: u32,
    /// How many it has.
    pub attempts_max: u32,
    /// Who holds it.
    pub worker: Option<String>,
    /// What went wrong at the last attempt.
    pub error: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Found {
    workspace_id: WorkspaceId,
    id: JobId,
    queue: String,
    group_id: Option<Uuid>,
    state: i64,
    wanted: i64,
    run_at: i64,
    due_at: i64,
    attempt: i64,
    attempts_max: i64,
    worker: Option<String>,
    error: Option<String>,
}

/// A page of jobs, the youngest first.
#[derive(Debug, Clone)]
pub struct JobPage {
    /// The jobs.
    pub jobs: Vec<JobInfo>,
    /// What [`JobFilter::after`] of the next page is; `None` where this is the last.
    pub next: Option<JobId>,
}

/// The jobs that fit `filter`, the youngest first, `limit` (at most [`LIST_JOBS_MAX`]) a page.
pub async fn list(tx: &mut Tx, filter: &JobFilter, limit: u32) -> Result<JobPage, DbError> {
    let limit = limit.clamp(1, LIST_JOBS_MAX);
    let (sql, mut values) = query(filter);
    values.push(limit.saturating_add(1).into());
    let found: Vec<Found> = tx.all(Stmt::owned(sql, values)).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    let jobs: Vec<JobInfo> =
        found.into_iter().take(limit).map(JobInfo::try_from).collect::<Result<_, _>>()?;
    let next = jobs.last().filter(|_| more).map(|job| job.id);
    Ok(JobPage { jobs, next })
}

/// One job. `workspace`: `None` for the whole installation.
pub async fn get(
    tx: &mut Tx,
    workspace: Option<WorkspaceId>,
    id: JobId,
) -> Result<Option<JobInfo>, DbError> {
    let stmt = Stmt::owned(format!("{SELECT}{THE_ONE}"), [id.into(), workspace.into()]);
    let found: Option<Found> = tx.one(stmt).await?;
    found.map(JobInfo::try_from).transpose()
}

/// The text for this filter, and its values but for the limit.
fn query(filter: &JobFilter) -> (String, Vec<Value>) {
    let wanted: [(&str, Option<Value>); 3] = [
        ("workspace_id =", filter.workspace.map(Into::into)),
        ("queue =", filter.queue.as_ref().map(Into::into)),
        ("id <", filter.after.map(Into::into)),
    ];
    let mut conditions: Vec<String> = Vec::new();
    let mut values = Vec::new();
    for (condition, value) in wanted {
        if let Some(value) = value {
            values.push(value);
            conditions.push(format!("{condition} ${}", values.len()));
        }
    }
    // Written out, not given as a value, so that both engines see which partial index serves.
    conditions.extend(filter.state.map(|state| match state {
        State::Failed | State::Cancelled | State::Paused => {
            format!("state IN (3, 4, 5) AND state = {}", state.number())
        }
        _ => format!("state = {}", state.number()),
    }));
    let filtered = if conditions.is_empty() { "" } else { " WHERE " };
    let sql = format!(
        "{SELECT}{filtered}{} ORDER BY id DESC LIMIT ${}",
        conditions.join(" AND "),
        values.len().saturating_add(1)
    );
    (sql, values)
}

/// Every text that [`list`] and [`get`] use.
pub(super) fn statements() -> Vec<String> {
    let mut out = vec![format!("{SELECT}{THE_ONE}")];
    let states = State::ALL.into_iter().map(Some).chain([None]);
    for state in states {
        for bits in 0..8_u8 {
            let filter = JobFilter {
                workspace: (bits & 1 != 0).then_some(WorkspaceId::INSTALLATION),
                queue: (bits & 2 != 0).then(String::new),
                after: (bits & 4 != 0).then(|| Uuid::nil().into()),
                state,
            };
            out.push(query(&filter).0);
        }
    }
    out
}

impl TryFrom<Found> for JobInfo {
    type Error = DbError;

    fn try_from(row: Found) -> Result<Self, DbError> {
        let number = |n: i64| {
            u32::try_from(n)
                .map_err(|why| DbError::Decode(format!("{}: {n} starts: {why}", row.id)))
        };
        let pushed_ms = i64::try_from(row.id.as_uuid().as_u128() >> 80).unwrap_or_default();
        Ok(Self {
            id: row.id,
            workspace: row.workspace_id,
            group: row.group_id,
            state: State::from_number(row.state)?,
            wanted: (row.wanted != 0).then(|| State::from_number(row.wanted)).transpose()?,
            pushed_at: Timestamp::micros(pushed_ms.saturating_mul(1_000)),
            run_at: Timestamp::micros(row.run_at),
            due_at: Timestamp::micros(row.due_at),
            attempts: number(row.attempt)?,
            attempts_max: number(row.attempts_max)?,
            queue: row.queue,
            worker: row.worker,
            error: row.error,
        })
    }
}
