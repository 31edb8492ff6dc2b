use axum::Json;
use axum::extract::State;
use captely_platform::http::{Member, Problem};

use super::CrmRoutes;
use crate::{DuplicateSettings, duplicate_settings};

/// What the workspace has set for its duplicates
#[utoipa::path(
    get, path = "/api/duplicates/settings", operation_id = "get_duplicate_settings", tag = "contacts",
    responses((status = 200, description = "What is set.", body = DuplicateSettings)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn get_duplicate_settings(
    State(all): State<CrmRoutes>,
    who: Member,
) -> Result<Json<DuplicateSettings>, Problem> {
    let mut tx = all.crm.db.reader().await?;
    Ok(Json(duplicate_settings(&mut tx, who.workspace).await?))
}
