use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Path, Problem, Superadmin};

use crate::ids::UserId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Let somebody in again
///
/// For superadmins, from an allowed address.
#[utoipa::path(
    post, path = "/api/admin/people/{id}/enable", operation_id = "enable_person", tag = "admin",
    params(("id" = String, Path, description = "Whom.", example = "usr_019900000000700080000000000000ab")),
    responses((status = 204, description = "Let in.")),
    security(("session" = [])),
)]
pub(crate) async fn enable_person(
    State(accounts): State<Accounts>,
    who: Superadmin,
    From(from): From,
    Path(id): Path<UserId>,
) -> Result<StatusCode, Problem> {
    accounts.enable_person(&who.0, id, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
