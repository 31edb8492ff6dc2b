use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Admin, Path, Problem};

use crate::ids::InvitationId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Send an invitation again
///
/// With a new link, good for 7 days; the one before is good for nothing any more.
#[utoipa::path(
    post, path = "/api/invitations/{id}/resend", operation_id = "resend_invitation", tag = "invitations",
    params(("id" = String, Path, description = "Which invitation.", example = "inv_019900000000700080000000000000ab")),
    responses((status = 204, description = "Sent.")),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn resend_invitation(
    State(accounts): State<Accounts>,
    who: Admin,
    From(from): From,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode, Problem> {
    accounts.resend_invitation(&who, id, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
