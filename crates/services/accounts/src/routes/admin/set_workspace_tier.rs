use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::access::Tier;
use captely_platform::http::{Body, Path, Problem, Superadmin};
use captely_platform::ids::WorkspaceId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::audit::Actor;
use crate::routes::origin::From;
use crate::service::Accounts;

/// What of a workspace is to change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"tier": "premium"}))]
pub(crate) struct SetWorkspaceTierInput {
    tier: Tier,
}

/// Give a workspace another tier
///
/// For superadmins, from an allowed address.
#[utoipa::path(
    patch, path = "/api/admin/workspaces/{id}", operation_id = "set_workspace_tier", tag = "admin",
    params(("id" = String, Path, description = "Which workspace.", example = "ws_019900000000700080000000000000ab")),
    request_body = SetWorkspaceTierInput,
    responses((status = 204, description = "Changed.")),
    security(("session" = [])),
)]
pub(crate) async fn set_workspace_tier(
    State(accounts): State<Accounts>,
    who: Superadmin,
    From(from): From,
    Path(id): Path<WorkspaceId>,
    Body(input): Body<SetWorkspaceTierInput>,
) -> Result<StatusCode, Problem> {
    accounts.set_tier(id, input.tier, Actor::Person(who.0.user), &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
