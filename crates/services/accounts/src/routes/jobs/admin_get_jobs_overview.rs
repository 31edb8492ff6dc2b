use axum::extract::State;
use captely_platform::http::{Problem, Superadmin, Tagged};

use super::overview::JobsOverview;
use crate::service::Accounts;

/// How the queues of all workspaces stand
#[utoipa::path(
    get, path = "/api/admin/jobs/overview", operation_id = "admin_get_jobs_overview", tag = "admin",
    responses((status = 200, description = "Each queue by name.", body = JobsOverview)),
    security(("session" = [])),
)]
pub(crate) async fn admin_get_jobs_overview(
    State(accounts): State<Accounts>,
    _who: Superadmin,
) -> Result<Tagged<JobsOverview>, Problem> {
    Ok(Tagged(accounts.job_queues(None).await?.into()))
}
