use axum::extract::State;
use captely_platform::access::Tier;
use captely_platform::http::{Fields, Page, Paged, Picked, Problem, Query, Superadmin, Text};
use captely_platform::ids::WorkspaceId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::routes::origin::From;
use crate::service::Accounts;

/// Which workspaces, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkspacesQuery {
    /// Part of the name, whatever its case.
    #[param(value_type = Option<String>, max_length = 100, example = "example")]
    search: Option<Text<1, 100>>,
    /// Items of the page, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    #[param(max_length = 600)]
    after: Option<String>,
    /// Which fields of each item, with commas between them.
    #[param(max_length = 2000, example = "id,name")]
    fields: Option<String>,
}

/// A workspace of the installation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HostedWorkspaceItem {
    #[schema(value_type = String, example = "ws_019900000000700080000000000000ab")]
    id: WorkspaceId,
    #[schema(example = "Example Ltd")]
    name: String,
    tier: Tier,
    /// How many members it has.
    #[schema(example = 3)]
    members: i64,
    #[schema(example = "2026-01-05T09:00:00Z")]
    created_at: String,
}

/// All workspaces of the installation
///
/// For superadmins, from an allowed address.
#[utoipa::path(
    get, path = "/api/admin/workspaces", operation_id = "list_all_workspaces", tag = "admin",
    params(WorkspacesQuery),
    responses((status = 200, description = "The newest first.", body = Paged<HostedWorkspaceItem>)),
    security(("session" = [])),
)]
pub(crate) async fn list_all_workspaces(
    State(accounts): State<Accounts>,
    who: Superadmin,
    From(from): From,
    Query(query): Query<WorkspacesQuery>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let WorkspacesQuery { search, limit, after, fields: named } = query;
    let page = Page { limit, after, fields: named };
    let (limit, search) = (page.limit()?, search.as_deref());
    let more = limit.saturating_add(1);
    let found = accounts.hosted_workspaces(&who.0, search, page.after()?, more, &from).await?;
    let found = Paged::of(found, limit, |workspace| workspace.id);
    let items = found.items.into_iter().map(|workspace| HostedWorkspaceItem {
        id: workspace.id,
        name: workspace.name,
        tier: workspace.tier,
        members: workspace.members,
        created_at: workspace.created_at.to_string(),
    });
    fields.pick(&Paged::<HostedWorkspaceItem> { items: items.collect(), next: found.next })
}
