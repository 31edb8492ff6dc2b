use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, Path, Problem, Writer};
use captely_platform::ids::ImportId;

use super::{ImportRoutes, ImportView, StartInput};

/// Find out what an import would do
///
/// The same code does the same work on a copy; nothing of the workspace changes. `dry_run` of the import says
/// what came of it, `/api/imports/{id}/dry-run/rows` each row.
#[utoipa::path(
    post, path = "/api/imports/{id}/dry-run", operation_id = "dry_run_import", tag = "imports",
    params(("id" = String, Path, description = "Which.", example = "imp_019900000000700080000000000000ab")),
    request_body = StartInput,
    responses(
        (status = 202, description = "A worker takes it up.", body = ImportView),
        (status = 404, description = "There is none in this workspace."),
        (status = 409, description = "It does not wait for a start."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn dry_run_import(
    State(all): State<ImportRoutes>,
    who: Writer,
    Path(id): Path<ImportId>,
    Body(input): Body<StartInput>,
) -> Result<(StatusCode, Json<ImportView>), Problem> {
    let start = input.into_start();
    let mut tx = all.imports.db.writer().await?;
    all.imports.dry_run(&mut tx, who.workspace, id, &start).await?;
    let job = all.imports.get(&mut tx, who.workspace, id).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ImportView::of(job))))
}
