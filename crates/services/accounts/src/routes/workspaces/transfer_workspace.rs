use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, Owner, Problem, SignedIn};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids::UserId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Who is to own the workspace.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "usr_019900000000700080000000000000ab"}))]
pub(crate) struct TransferWorkspaceInput {
    /// A member.
    #[schema(value_type = String)]
    user_id: UserId,
}

/// Hand the workspace on
///
/// A member becomes owner, and whoever asks becomes admin. Needs a fresh proof of identity: where the
/// answer is 403 `confirmation_needed`, confirm at POST /api/auth/confirm and repeat.
#[utoipa::path(
    post, path = "/api/workspaces/current/transfer", operation_id = "transfer_workspace", tag = "workspaces",
    request_body = TransferWorkspaceInput,
    responses(
        (status = 204, description = "Handed on."),
        (status = 409, description = "They own it already, or their account is disabled."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn transfer_workspace(
    State(accounts): State<Accounts>,
    session: SignedIn,
    who: Owner,
    From(from): From,
    Body(input): Body<TransferWorkspaceInput>,
) -> Result<StatusCode, Problem> {
    accounts.transfer(&who, &session, input.user_id, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
