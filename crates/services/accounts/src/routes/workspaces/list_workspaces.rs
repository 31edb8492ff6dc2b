use axum::extract::State;
use captely_platform::access::{Role, Tier};
use captely_platform::http::{Paged, Problem, SignedIn, Tagged};
use captely_platform::ids::WorkspaceId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Accounts;

/// A workspace that one is a member of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkspaceItem {
    #[schema(value_type = String, example = "ws_019900000000700080000000000000ab")]
    id: WorkspaceId,
    #[schema(example = "Example Ltd")]
    name: String,
    /// What one may do there.
    role: Role,
    tier: Tier,
    /// Whether the session works in it.
    current: bool,
    #[schema(example = "2026-01-05T09:00:00Z")]
    created_at: String,
}

/// One's own workspaces
#[utoipa::path(
    get, path = "/api/workspaces", operation_id = "list_workspaces", tag = "workspaces",
    responses((status = 200, description = "In the order of joining.", body = Paged<WorkspaceItem>)),
    security(("session" = [])),
)]
pub(crate) async fn list_workspaces(
    State(accounts): State<Accounts>,
    who: SignedIn,
) -> Result<Tagged<Paged<WorkspaceItem>>, Problem> {
    let own = accounts.workspaces(who.user).await?;
    let items = own.into_iter().map(|one| WorkspaceItem {
        id: one.id,
        name: one.name,
        role: one.role,
        tier: one.tier,
        current: who.workspace == Some(one.id),
        created_at: one.created_at.to_string(),
    });
    Ok(Tagged(Paged { items: items.collect(), next: None }))
}
