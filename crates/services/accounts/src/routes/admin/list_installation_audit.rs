use axum::extract::State;
use captely_platform::http::{Fields, Paged, Picked, Problem, Query, Superadmin};
use captely_platform::ids::WorkspaceId;
use serde_json::json;

use crate::routes::audit::{AuditItem, AuditQuery, page_of};
use crate::routes::origin::From;
use crate::service::Accounts;

/// What was done outside workspaces
///
/// Signing up and in, and what superadmins do. For superadmins, from an allowed address.
#[utoipa::path(
    get, path = "/api/admin/audit", operation_id = "list_installation_audit", tag = "admin",
    params(AuditQuery),
    responses((status = 200, description = "The newest first.", body = Paged<AuditItem>)),
    security(("session" = [])),
)]
pub(crate) async fn list_installation_audit(
    State(accounts): State<Accounts>,
    who: Superadmin,
    From(from): From,
    Query(query): Query<AuditQuery>,
    fields: Fields,
) -> Result<Picked, Problem> {
    accounts.audit_look(&who.0, "installation.log_read", json!({}), &from).await?;
    page_of(&accounts, WorkspaceId::INSTALLATION, query, &fields).await
}
