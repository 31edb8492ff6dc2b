use axum::Json;
use axum::extract::State;
use captely_platform::http::{Body, Path, Problem, Writer};
use captely_platform::ids::ImportId;

use super::ImportRoutes;
use crate::{ImportOptions, Preview};

/// Look at a file
///
/// How it is written, what its columns are taken for and why, and what its first rows become. With other options it is
/// read anew by them. Nothing is imported; `dry-run` counts what would become of all rows.
#[utoipa::path(
    post, path = "/api/imports/{id}/preview", operation_id = "preview_import", tag = "imports",
    params(("id" = String, Path, description = "Which.", example = "imp_019900000000700080000000000000ab")),
    request_body = ImportOptions,
    responses(
        (status = 200, description = "What the file is.", body = Preview),
        (status = 404, description = "There is none in this workspace."),
        (status = 409, description = "It does not wait for a start."),
        (status = 422, description = "The file cannot be read in this way."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn preview_import(
    State(all): State<ImportRoutes>,
    who: Writer,
    Path(id): Path<ImportId>,
    Body(options): Body<ImportOptions>,
) -> Result<Json<Preview>, Problem> {
    Ok(Json(all.imports.look(who.workspace, id, Some(options)).await?))
}
