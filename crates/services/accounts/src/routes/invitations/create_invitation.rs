use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_platform::access::Role;
use captely_platform::db::Tx;
use captely_platform::http::{Admin, Email, Http, Idempotent, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::InvitationItem;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Somebody to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "grace@example.com", "role": "user"}))]
pub(crate) struct CreateInvitationInput {
    #[schema(value_type = Email)]
    email: Email,
    /// What they are to be: no more than oneself.
    role: Role,
}

/// Invite somebody
///
/// They get a mail with a link that is good for 7 days, once. A workspace has at most 200 invitations and
/// sends 50 mails with them an hour.
#[utoipa::path(
    post, path = "/api/invitations", operation_id = "create_invitation", tag = "invitations",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeated, it sends no second mail.", max_length = 255)),
    request_body = CreateInvitationInput,
    responses(
        (status = 201, description = "Invited.", body = InvitationItem),
        (status = 409, description = "They are a member or invited already, or there are too many."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn create_invitation(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    who: Admin,
    From(from): From,
    Idempotent { input, once }: Idempotent<CreateInvitationInput>,
) -> Result<Response, Problem> {
    once.run(&http, StatusCode::CREATED, async |tx: &mut Tx| {
        let added = accounts.invite(tx, &who, &input.email.0, input.role, &from).await?;
        InvitationItem::of(&accounts, added)
    })
    .await
}
