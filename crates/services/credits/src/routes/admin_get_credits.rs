use axum::extract::State;
use captely_accounts::Origin;
use captely_platform::http::{Problem, Query, Superadmin, Tagged};
use captely_platform::ids::WorkspaceId;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::{CreditRoutes, CreditsView};

/// Which workspace.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkspaceQuery {
    #[param(value_type = String, max_length = 40, example = "ws_019900000000700080000000000000ab")]
    workspace: WorkspaceId,
}

/// How any workspace stands
///
/// For superadmins, from an allowed address. That they looked is noted.
#[utoipa::path(
    get, path = "/api/admin/credits", operation_id = "admin_get_credits", tag = "admin",
    params(WorkspaceQuery),
    responses((status = 200, description = "As it is now.", body = CreditsView)),
    security(("session" = [])),
)]
pub(super) async fn admin_get_credits(
    State(all): State<CreditRoutes>,
    who: Superadmin,
    from: Origin,
    Query(WorkspaceQuery { workspace }): Query<WorkspaceQuery>,
) -> Result<Tagged<CreditsView>, Problem> {
    let detail = json!({ "workspace": workspace });
    all.accounts.audit_look(&who.0, "installation.credits_read", detail, &from).await?;
    let mut tx = all.ledger.db().reader().await?;
    let is_there = all.accounts.has_workspace(&mut tx, workspace).await?;
    drop(tx);
    if !is_there {
        return Err(Problem::not_found("workspace").at("workspace"));
    }
    let standing = all.ledger.standing(workspace).await.map_err(|why| all.problem(why))?;
    Ok(Tagged(CreditsView::of(standing)))
}
