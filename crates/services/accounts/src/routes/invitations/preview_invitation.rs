use axum::Json;
use axum::extract::State;
use captely_platform::access::Role;
use captely_platform::http::{Anonymous, Body, PerMinute, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::email::masked;
use crate::service::Accounts;

/// The token of an invitation's link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "cpti_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]
pub(crate) struct PreviewInvitationInput {
    /// What stands behind the # of the link.
    #[schema(max_length = 100)]
    token: String,
}

/// What somebody is invited to. Whether the address has an account is not told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationPreview {
    #[schema(example = "Example Ltd")]
    workspace: String,
    #[schema(example = "Ada Example")]
    inviter: String,
    role: Role,
    /// The invited address, masked.
    #[schema(example = "g…@example.com")]
    email: String,
    #[schema(example = "2026-01-12T09:00:00Z")]
    expires_at: String,
}

/// See what an invitation is to
#[utoipa::path(
    post, path = "/api/invitations/preview", operation_id = "preview_invitation", tag = "invitations",
    request_body = PreviewInvitationInput,
    responses(
        (status = 200, description = "What it is to.", body = InvitationPreview),
        (status = 410, description = "It has run out, was used or withdrawn."),
    ),
)]
pub(crate) async fn preview_invitation(
    State(accounts): State<Accounts>,
    _limit: PerMinute<10>,
    _anybody: Anonymous,
    Body(input): Body<PreviewInvitationInput>,
) -> Result<Json<InvitationPreview>, Problem> {
    let (invitation, email) = accounts.preview_invitation(&input.token).await?;
    Ok(Json(InvitationPreview {
        workspace: invitation.workspace_name,
        inviter: invitation.inviter,
        role: invitation.role,
        email: masked(&email),
        expires_at: invitation.expires_at.to_string(),
    }))
}
