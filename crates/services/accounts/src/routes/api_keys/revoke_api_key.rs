use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Member, Path, Problem};

use crate::ids::ApiKeyId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Revoke an API key
///
/// It is refused from the next request on. One's own; admins all of the workspace.
#[utoipa::path(
    delete, path = "/api/api-keys/{id}", operation_id = "revoke_api_key", tag = "api keys",
    params(("id" = String, Path, description = "Which key.", example = "key_019900000000700080000000000000ab")),
    responses((status = 204, description = "Revoked.")),
    security(("session" = [])),
)]
pub(crate) async fn revoke_api_key(
    State(accounts): State<Accounts>,
    who: Member,
    From(from): From,
    Path(id): Path<ApiKeyId>,
) -> Result<StatusCode, Problem> {
    who.in_person()?;
    accounts.revoke_api_key(&who, id, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
