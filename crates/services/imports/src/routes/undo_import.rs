use axum::Json;
use axum::extract::State;
use captely_platform::http::{Path, Problem, Writer};
use captely_platform::ids::ImportId;

use super::ask::{Wish, ask};
use super::{ImportRoutes, ImportView};

/// Take back what an import did
///
/// Contacts that it made go, contacts that it changed get their values back, and merges are undone. What somebody has changed since stays, and the report says so.
#[utoipa::path(
    post, path = "/api/imports/{id}/undo", operation_id = "undo_import", tag = "imports",
    params(("id" = String, Path, description = "Which.", example = "imp_019900000000700080000000000000ab")),
    responses(
        (status = 200, description = "As it is now.", body = ImportView),
        (status = 404, description = "There is none in this workspace."),
        (status = 409, description = "Its state does not allow it; `state` says which it is."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn undo_import(
    State(all): State<ImportRoutes>,
    who: Writer,
    Path(id): Path<ImportId>,
) -> Result<Json<ImportView>, Problem> {
    ask(&all, &who, id, Wish::Undo).await
}
