use axum::Json;
use axum::extract::State;
use captely_accounts::{Actor, Entry, Origin};
use captely_platform::http::{Admin, Body, Problem};
use serde_json::json;

use super::CrmRoutes;
use crate::{DuplicateSettings, set_duplicate_settings};

/// Say whether imports merge duplicates
///
/// With `merge_same` the search at the end of an import merges contacts that are the same beyond doubt, and asks about
/// the rest. It holds for imports that end from now on.
#[utoipa::path(
    put, path = "/api/duplicates/settings", operation_id = "put_duplicate_settings", tag = "contacts",
    request_body = DuplicateSettings,
    responses((status = 200, description = "What is set now.", body = DuplicateSettings)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn put_duplicate_settings(
    State(all): State<CrmRoutes>,
    who: Admin,
    from: Origin,
    Body(set): Body<DuplicateSettings>,
) -> Result<Json<DuplicateSettings>, Problem> {
    let mut tx = all.crm.db.writer().await?;
    if set_duplicate_settings(&mut tx, who.workspace, set, all.crm.clock.now()).await? {
        let entry = Entry::new(who.workspace, Actor::of(&who), "duplicates.settings_changed");
        all.accounts.audit(&mut tx, &from, entry.with(json!(set))).await?;
    }
    tx.commit().await?;
    Ok(Json(set))
}
