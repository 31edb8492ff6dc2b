use axum::Json;
use axum::extract::State;
use captely_platform::http::{Path, Problem, Writer};
use captely_platform::ids::ImportId;

use super::ask::{Wish, ask};
use super::{ImportRoutes, ImportView};

/// Check the addresses of an import
///
/// When it is done, or at once where it is. One that was stopped, such as for want of credits, goes on: what was
/// answered is remembered and not paid for again. `verified` of the import says what came of it.
#[utoipa::path(
    post, path = "/api/imports/{id}/verify", operation_id = "verify_import", tag = "imports",
    params(("id" = String, Path, description = "Which.", example = "imp_019900000000700080000000000000ab")),
    responses(
        (status = 200, description = "As it is now.", body = ImportView),
        (status = 404, description = "There is none in this workspace."),
        (status = 409, description = "Its state does not allow it; `state` says which it is."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn verify_import(
    State(all): State<ImportRoutes>,
    who: Writer,
    Path(id): Path<ImportId>,
) -> Result<Json<ImportView>, Problem> {
    ask(&all, &who, id, Wish::Verify).await
}
