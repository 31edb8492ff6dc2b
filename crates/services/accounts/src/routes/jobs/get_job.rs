use axum::extract::State;
use captely_platform::http::{Admin, Path, Problem, Tagged};
use captely_platform::ids::JobId;

use super::job_item::JobItem;
use crate::service::Accounts;

/// A background job of the workspace
#[utoipa::path(
    get, path = "/api/jobs/{id}", operation_id = "get_job", tag = "jobs",
    params(("id" = String, Path, description = "Which job.", example = "job_019900000000700080000000000000ab")),
    responses((status = 200, description = "As it stands.", body = JobItem)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn get_job(
    State(accounts): State<Accounts>,
    who: Admin,
    Path(id): Path<JobId>,
) -> Result<Tagged<JobItem>, Problem> {
    let job = accounts.job(Some(who.workspace), id).await?;
    Ok(Tagged(JobItem::of_workspace(job)))
}
