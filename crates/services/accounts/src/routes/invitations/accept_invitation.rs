use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_platform::access::Role;
use captely_platform::db::Tx;
use captely_platform::http::{Http, Idempotent, PerMinute, Problem, SignedIn};
use captely_platform::ids::WorkspaceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::AccountError;
use crate::routes::origin::From;
use crate::service::Accounts;

/// The token of an invitation's link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "cpti_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]
pub(crate) struct AcceptInvitationInput {
    /// What stands behind the # of the link.
    #[schema(max_length = 100)]
    token: String,
}

/// The workspace that was joined.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JoinedWorkspace {
    #[schema(value_type = String, example = "ws_019900000000700080000000000000ab")]
    workspace_id: WorkspaceId,
    #[schema(example = "Example Ltd")]
    name: String,
    role: Role,
}

/// Accept an invitation
///
/// For somebody who is signed in with the invited address. From now on the session works in the
/// workspace that was joined.
#[utoipa::path(
    post, path = "/api/invitations/accept", operation_id = "accept_invitation", tag = "invitations",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeated, it gives the first answer again.", max_length = 255)),
    request_body = AcceptInvitationInput,
    responses(
        (status = 200, description = "Joined.", body = JoinedWorkspace),
        (status = 409, description = "One is a member already or in 100 workspaces, or the workspace is full."),
        (status = 410, description = "It has run out, was used or withdrawn."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn accept_invitation(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<10>,
    who: SignedIn,
    From(from): From,
    Idempotent { input, once }: Idempotent<AcceptInvitationInput>,
) -> Result<Response, Problem> {
    let joined = once.run(&http, StatusCode::OK, async |tx: &mut Tx| {
        let (user, session) = (who.user, who.session);
        let to = accounts.accept_invitation(tx, &input.token, user, session, &from).await?;
        Ok::<_, AccountError>(JoinedWorkspace {
            workspace_id: to.workspace,
            name: to.workspace_name,
            role: to.role,
        })
    });
    Ok(joined.await?)
}
