use axum::Json;
use axum::extract::State;
use captely_platform::http::{Path, Problem, Superadmin};
use captely_platform::ids::JobId;

use super::job_item::JobItem;
use crate::audit::Actor;
use crate::jobs::JobAct;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Run a job of any workspace again
///
/// A failed or cancelled job runs again at once, with all its attempts before it.
#[utoipa::path(
    post, path = "/api/admin/jobs/{id}/retry", operation_id = "admin_retry_job", tag = "admin",
    params(("id" = String, Path, description = "Which job.", example = "job_019900000000700080000000000000ab")),
    responses(
        (status = 200, description = "It waits again.", body = JobItem),
        (status = 409, description = "It neither failed nor was cancelled; the detail says its state."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn admin_retry_job(
    State(accounts): State<Accounts>,
    who: Superadmin,
    From(from): From,
    Path(id): Path<JobId>,
) -> Result<Json<JobItem>, Problem> {
    let actor = Actor::Person(who.0.user);
    let job = accounts.act_on_job(None, id, JobAct::Retry, actor, &from).await?;
    Ok(Json(JobItem::of_installation(job)))
}
