use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Path, Problem, Superadmin};

use crate::ids::UserId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Shut somebody out
///
/// Their sessions end at once, and their keys are of no use. For superadmins, from an allowed address.
#[utoipa::path(
    post, path = "/api/admin/people/{id}/disable", operation_id = "disable_person", tag = "admin",
    params(("id" = String, Path, description = "Whom.", example = "usr_019900000000700080000000000000ab")),
    responses(
        (status = 204, description = "Shut out."),
        (status = 409, description = "It is one's own account."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn disable_person(
    State(accounts): State<Accounts>,
    who: Superadmin,
    From(from): From,
    Path(id): Path<UserId>,
) -> Result<StatusCode, Problem> {
    accounts.disable_person(&who.0, id, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
