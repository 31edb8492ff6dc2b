use axum::Json;
use axum::extract::State;
use captely_platform::http::{Member, Path, Problem};
use captely_platform::ids::ImportId;
use serde::Serialize;
use utoipa::ToSchema;

use super::ImportRoutes;
use super::part_view::PartView;
use crate::PART_BYTES;

/// How far an upload is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UploadParts)]
pub(super) struct PartsView {
    /// How large the file is said to be.
    #[schema(example = 20_000_000)]
    bytes: u64,
    /// How many bytes every part but the last has.
    #[schema(example = 8_388_608)]
    part_bytes: u64,
    /// How many parts there are.
    #[schema(example = 3)]
    parts: u32,
    /// Those that are here, by number.
    items: Vec<PartView>,
}

/// Parts of an upload that have come
#[utoipa::path(
    get, path = "/api/imports/{id}/parts", operation_id = "list_upload_parts", tag = "imports",
    params(("id" = String, Path, example = "imp_019900000000700080000000000000ab")),
    responses(
        (status = 200, description = "By number.", body = PartsView),
        (status = 409, description = "The upload is over."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn list_upload_parts(
    State(all): State<ImportRoutes>,
    who: Member,
    Path(id): Path<ImportId>,
) -> Result<Json<PartsView>, Problem> {
    let state = all.imports.upload_state((who.workspace, id)).await?;
    let items = state.arrived.iter().map(PartView::from).collect();
    let (bytes, parts) = (state.bytes, state.parts);
    Ok(Json(PartsView { bytes, part_bytes: PART_BYTES, parts, items }))
}
