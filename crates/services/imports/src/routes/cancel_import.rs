use axum::Json;
use axum::extract::State;
use captely_platform::http::{Path, Problem, Writer};
use captely_platform::ids::ImportId;

use super::ask::{Wish, ask};
use super::{ImportRoutes, ImportView};
use crate::UploadError;

/// End an import
///
/// What was imported before stays; undo takes it back.
#[utoipa::path(
    post, path = "/api/imports/{id}/cancel", operation_id = "cancel_import", tag = "imports",
    params(("id" = String, Path, description = "Which.", example = "imp_019900000000700080000000000000ab")),
    responses(
        (status = 200, description = "As it is now.", body = ImportView),
        (status = 404, description = "There is none in this workspace."),
        (status = 409, description = "Its state does not allow it; `state` says which it is."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn cancel_import(
    State(all): State<ImportRoutes>,
    who: Writer,
    Path(id): Path<ImportId>,
) -> Result<Json<ImportView>, Problem> {
    // Of a file that is still to come, what has come goes with it.
    match all.imports.abort_upload((who.workspace, id), None).await {
        Ok(()) | Err(UploadError::Over { .. } | UploadError::NotFound) => {}
        Err(why) => return Err(why.into()),
    }
    ask(&all, &who, id, Wish::Cancel).await
}
