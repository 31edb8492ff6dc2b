mod accept_invitation;
mod create_invitation;
mod list_invitations;
mod preview_invitation;
mod register_invited;
mod resend_invitation;
mod withdraw_invitation;

use captely_platform::access::Role;
use captely_platform::http::Problem;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;
use crate::ids::{InvitationId, UserId};
use crate::model::Invitation;
use crate::service::Accounts;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_invitations::list_invitations, create_invitation::create_invitation))
        .routes(routes!(withdraw_invitation::withdraw_invitation))
        .routes(routes!(resend_invitation::resend_invitation))
        .routes(routes!(preview_invitation::preview_invitation))
        .routes(routes!(accept_invitation::accept_invitation))
        .routes(routes!(register_invited::register_invited))
}

/// An invitation that nobody has accepted or withdrawn. Its link is in the mail alone.
#[derive(Debug, Serialize, ToSchema)]
struct InvitationItem {
    #[schema(value_type = String, example = "inv_019900000000700080000000000000ab")]
    id: InvitationId,
    #[schema(example = "grace@example.com")]
    email: String,
    /// What they are to be.
    role: Role,
    /// Who invited them.
    #[schema(value_type = String, example = "usr_019900000000700080000000000000ab")]
    invited_by: UserId,
    #[schema(example = "Ada Example")]
    inviter: String,
    #[schema(example = "2026-01-05T09:00:00Z")]
    created_at: String,
    #[schema(example = "2026-01-12T09:00:00Z")]
    expires_at: String,
    /// Whether the link has run out; sent again, it gets another one.
    expired: bool,
}

impl InvitationItem {
    fn of(accounts: &Accounts, invitation: Invitation) -> Result<Self, Problem> {
        Ok(Self {
            id: invitation.id,
            email: accounts.open_email(&invitation.email_sealed)?.to_string(),
            role: invitation.role,
            invited_by: invitation.invited_by,
            inviter: invitation.inviter,
            created_at: invitation.created_at.to_string(),
            expires_at: invitation.expires_at.to_string(),
            expired: invitation.expires_at <= accounts.now(),
        })
    }
}
