use axum::extract::State;
use captely_platform::http::{Path, Problem, Superadmin, Tagged};
use captely_platform::ids::JobId;

use super::job_item::JobItem;
use crate::service::Accounts;

/// A background job of any workspace
#[utoipa::path(
    get, path = "/api/admin/jobs/{id}", operation_id = "admin_get_job", tag = "admin",
    params(("id" = String, Path, description = "Which job.", example = "job_019900000000700080000000000000ab")),
    responses((status = 200, description = "As it stands.", body = JobItem)),
    security(("session" = [])),
)]
pub(crate) async fn admin_get_job(
    State(accounts): State<Accounts>,
    _who: Superadmin,
    Path(id): Path<JobId>,
) -> Result<Tagged<JobItem>, Problem> {
    let job = accounts.job(None, id).await?;
    Ok(Tagged(JobItem::of_installation(job)))
}
