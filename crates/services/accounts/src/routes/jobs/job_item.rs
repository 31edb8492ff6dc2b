use captely_platform::http::{Cursor, Fields, Page, Paged, Picked, Problem};
use captely_platform::ids::{JobId, WorkspaceId};
use captely_platform::jobs::{JobFilter, JobInfo, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Accounts;

/// A background job. What it works on is not shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobItem {
    #[schema(value_type = String, example = "job_019900000000700080000000000000ab")]
    id: JobId,
    /// Whose work it is; told to whoever runs the installation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "ws_019900000000700080000000000000ab")]
    workspace_id: Option<WorkspaceId>,
    /// Which kind of work.
    #[schema(example = "enrich_batch.v1")]
    queue: String,
    state: State,
    /// What was asked of it while a worker held it: to be cancelled or paused.
    wanted: Option<State>,
    #[schema(example = "2026-01-05T09:00:00Z")]
    pushed_at: String,
    /// When it was meant to run.
    #[schema(example = "2026-01-05T09:00:00Z")]
    run_at: String,
    /// Pending: when it may run. Processing: until when its worker holds it. Otherwise: when it ended.
    #[schema(example = "2026-01-05T09:00:30Z")]
    due_at: String,
    /// Starts that count so far.
    #[schema(example = 1)]
    attempts: u32,
    /// How many it has.
    #[schema(example = 5)]
    attempts_max: u32,
    /// Who holds it; told to whoever runs the installation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "host-4711/worker")]
    worker: Option<String>,
    /// What went wrong at the last attempt.
    #[schema(example = "gave up after 5 attempts: the mail server does not answer")]
    error: Option<String>,
}

impl JobItem {
    /// As the admins of its workspace see it.
    pub(super) fn of_workspace(job: JobInfo) -> Self {
        Self { workspace_id: None, worker: None, ..Self::of_installation(job) }
    }

    /// As whoever runs the installation sees it.
    pub(super) fn of_installation(job: JobInfo) -> Self {
        Self {
            id: job.id,
            workspace_id: Some(job.workspace),
            queue: job.queue,
            state: job.state,
            wanted: job.wanted,
            pushed_at: job.pushed_at.to_string(),
            run_at: job.run_at.to_string(),
            due_at: job.due_at.to_string(),
            attempts: job.attempts,
            attempts_max: job.attempts_max,
            worker: job.worker,
            error: job.error,
        }
    }
}

/// A page of the jobs that fit `filter`, each shown by `item`.
pub(super) async fn page_of(
    accounts: &Accounts,
    filter: JobFilter,
    page: &Page,
    fields: &Fields,
    item: fn(JobInfo) -> JobItem,
) -> Result<Picked, Problem> {
    let filter = JobFilter { after: page.after()?, ..filter };
    let found = accounts.jobs(&filter, page.limit()?).await?;
    let next = found.next.map(|id| Cursor(id).text());
    let items = found.jobs.into_iter().map(item).collect();
    fields.pick(&Paged::<JobItem> { items, next })
}
