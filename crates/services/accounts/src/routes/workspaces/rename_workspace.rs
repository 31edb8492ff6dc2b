use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Admin, Body, Problem, Text};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::audit::Actor;
use crate::routes::origin::From;
use crate::service::Accounts;

/// What of the workspace is to change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Example Ltd"}))]
pub(crate) struct RenameWorkspaceInput {
    #[schema(value_type = Text<1, 100>)]
    name: Text<1, 100>,
}

/// Rename the workspace
#[utoipa::path(
    patch, path = "/api/workspaces/current", operation_id = "rename_workspace", tag = "workspaces",
    request_body = RenameWorkspaceInput,
    responses((status = 204, description = "Renamed.")),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn rename_workspace(
    State(accounts): State<Accounts>,
    who: Admin,
    From(from): From,
    Body(input): Body<RenameWorkspaceInput>,
) -> Result<StatusCode, Problem> {
    accounts.rename_workspace(who.workspace, Actor::of(&who), &input.name, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
