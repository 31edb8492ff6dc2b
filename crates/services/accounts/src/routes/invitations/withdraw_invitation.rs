use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Admin, Path, Problem};

use crate::ids::InvitationId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Take an invitation back
///
/// Its link is good for nothing any more.
#[utoipa::path(
    delete, path = "/api/invitations/{id}", operation_id = "withdraw_invitation", tag = "invitations",
    params(("id" = String, Path, description = "Which invitation.", example = "inv_019900000000700080000000000000ab")),
    responses((status = 204, description = "Withdrawn.")),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn withdraw_invitation(
    State(accounts): State<Accounts>,
    who: Admin,
    From(from): From,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode, Problem> {
    accounts.withdraw_invitation(&who, id, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
