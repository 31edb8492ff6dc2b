use axum::Json;
use axum::extract::State;
use captely_platform::http::{Member, Path, Problem};

use super::CrmRoutes;
use super::pair_view::PairView;
use crate::PairId;

/// Two contacts that may be one, side by side
#[utoipa::path(
    get, path = "/api/duplicates/{id}", operation_id = "get_duplicate", tag = "contacts",
    params(("id" = String, Path, example = "pair_019900000000700080000000000000ab")),
    responses((status = 200, description = "Both as they are now, and what speaks for one person.", body = PairView)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn get_duplicate(
    State(all): State<CrmRoutes>,
    who: Member,
    Path(id): Path<PairId>,
) -> Result<Json<PairView>, Problem> {
    let found = all.crm.duplicate(who.workspace, id).await;
    Ok(Json(PairView::of(found.map_err(|why| all.problem(why))?)))
}
