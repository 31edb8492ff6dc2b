use axum::extract::State;
use captely_platform::http::{Admin, Fields, Paged, Picked, Problem, Query};

use super::{AuditItem, AuditQuery, page_of};
use crate::service::Accounts;

/// What was done in the workspace
#[utoipa::path(
    get, path = "/api/audit", operation_id = "list_audit", tag = "audit",
    params(AuditQuery),
    responses((status = 200, description = "The newest first.", body = Paged<AuditItem>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn list_audit(
    State(accounts): State<Accounts>,
    who: Admin,
    Query(query): Query<AuditQuery>,
    fields: Fields,
) -> Result<Picked, Problem> {
    page_of(&accounts, who.workspace, query, &fields).await
}
