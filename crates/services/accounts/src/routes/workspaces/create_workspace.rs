use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_platform::db::Tx;
use captely_platform::http::{Http, Idempotent, Problem, SignedIn, Text};
use captely_platform::ids::WorkspaceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::AccountError;
use crate::routes::origin::From;
use crate::service::Accounts;

/// A workspace to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Example Ltd"}))]
pub(crate) struct CreateWorkspaceInput {
    #[schema(value_type = Text<1, 100>)]
    name: Text<1, 100>,
}

/// A workspace that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedWorkspace {
    #[schema(value_type = String, example = "ws_019900000000700080000000000000ab")]
    id: WorkspaceId,
    #[schema(example = "Example Ltd")]
    name: String,
}

/// Make a workspace
///
/// One owns it. The session stays where it is; choose it at POST /api/workspaces/{id}/choose.
#[utoipa::path(
    post, path = "/api/workspaces", operation_id = "create_workspace", tag = "workspaces",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeated, it makes no second one.", max_length = 255)),
    request_body = CreateWorkspaceInput,
    responses(
        (status = 201, description = "Made.", body = CreatedWorkspace),
        (status = 409, description = "One is in 100 workspaces, which is the most."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn create_workspace(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    who: SignedIn,
    From(from): From,
    Idempotent { input, once }: Idempotent<CreateWorkspaceInput>,
) -> Result<Response, Problem> {
    let made = once.run(&http, StatusCode::CREATED, async |tx: &mut Tx| {
        let id = accounts.add_workspace(tx, who.user, &input.name, &from).await?;
        Ok::<_, AccountError>(CreatedWorkspace { id, name: input.name.to_string() })
    });
    Ok(made.await?)
}
