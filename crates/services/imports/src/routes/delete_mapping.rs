use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Path, Problem, Writer};

use super::ImportRoutes;
use crate::delete_mapping;

/// Forget how a header was mapped
#[utoipa::path(
    delete, path = "/api/imports/mappings/{signature}", operation_id = "delete_import_mapping", tag = "imports",
    params(("signature" = String, Path, description = "Of the header.",
        example = "9f1c0c1a5e0a1f9d5d7a2d6f5b3e8a7c9f1c0c1a5e0a1f9d5d7a2d6f5b3e8a7c")),
    responses(
        (status = 204, description = "Forgotten."),
        (status = 404, description = "There is none in this workspace."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn delete_import_mapping(
    State(all): State<ImportRoutes>,
    who: Writer,
    Path(signature): Path<String>,
) -> Result<StatusCode, Problem> {
    let mut tx = all.imports.db.writer().await?;
    if !delete_mapping(&mut tx, who.workspace, &signature).await? {
        return Err(Problem::not_found("mapping"));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
