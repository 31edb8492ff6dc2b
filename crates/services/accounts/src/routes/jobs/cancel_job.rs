use axum::Json;
use axum::extract::State;
use captely_platform::http::{Admin, Path, Problem};
use captely_platform::ids::JobId;

use super::job_item::JobItem;
use crate::audit::Actor;
use crate::jobs::JobAct;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Call a job off
///
/// At once where it waits or is paused. One that a worker holds runs to its end, but is not tried again.
#[utoipa::path(
    post, path = "/api/jobs/{id}/cancel", operation_id = "cancel_job", tag = "jobs",
    params(("id" = String, Path, description = "Which job.", example = "job_019900000000700080000000000000ab")),
    responses(
        (status = 200, description = "Called off.", body = JobItem),
        (status = 409, description = "It has ended, or was called off; the detail says its state."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn cancel_job(
    State(accounts): State<Accounts>,
    who: Admin,
    From(from): From,
    Path(id): Path<JobId>,
) -> Result<Json<JobItem>, Problem> {
    let actor = Actor::of(&who);
    let job = accounts.act_on_job(Some(who.workspace), id, JobAct::Cancel, actor, &from).await?;
    Ok(Json(JobItem::of_workspace(job)))
}
