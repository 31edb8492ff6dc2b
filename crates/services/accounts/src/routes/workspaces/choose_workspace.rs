use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Path, Problem, SignedIn};
use captely_platform::ids::WorkspaceId;

use crate::service::Accounts;

/// Work in another of one's workspaces
///
/// From now on the session acts there. A single request can name another one in the header
/// `X-Workspace-Id`.
#[utoipa::path(
    post, path = "/api/workspaces/{id}/choose", operation_id = "choose_workspace", tag = "workspaces",
    params(("id" = String, Path, description = "Which workspace.", example = "ws_019900000000700080000000000000ab")),
    responses((status = 204, description = "Chosen.")),
    security(("session" = [])),
)]
pub(crate) async fn choose_workspace(
    State(accounts): State<Accounts>,
    who: SignedIn,
    Path(id): Path<WorkspaceId>,
) -> Result<StatusCode, Problem> {
    accounts.take_seat(who.user, who.session, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
