use axum::extract::State;
use captely_platform::http::{Admin, Problem, Tagged};

use super::overview::JobsOverview;
use crate::service::Accounts;

/// How the queues of the workspace stand
#[utoipa::path(
    get, path = "/api/jobs/overview", operation_id = "get_jobs_overview", tag = "jobs",
    responses((status = 200, description = "Each queue by name.", body = JobsOverview)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn get_jobs_overview(
    State(accounts): State<Accounts>,
    who: Admin,
) -> Result<Tagged<JobsOverview>, Problem> {
    Ok(Tagged(accounts.job_queues(Some(who.workspace)).await?.into()))
}
