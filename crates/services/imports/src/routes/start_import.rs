use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_platform::db::Tx;
use captely_platform::http::{Idempotent, Path, Problem, Writer};
use captely_platform::ids::ImportId;

use super::{ImportRoutes, ImportView, StartInput};
use crate::ImportsError;

/// Start an import
///
/// Its file is here (status `ready`). What the plan has no room for is refused before any work.
#[utoipa::path(
    post, path = "/api/imports/{id}/start", operation_id = "start_import", tag = "imports",
    params(("id" = String, Path, description = "Which.", example = "imp_019900000000700080000000000000ab")),
    request_body = StartInput,
    responses(
        (status = 202, description = "A worker takes it up.", body = ImportView),
        (status = 403, description = "The plan has no room for it."),
        (status = 404, description = "There is none in this workspace."),
        (status = 409, description = "It does not wait for a start."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn start_import(
    State(all): State<ImportRoutes>,
    who: Writer,
    Path(id): Path<ImportId>,
    Idempotent { input, once }: Idempotent<StartInput>,
) -> Result<Response, Problem> {
    let start = input.into_start();
    let done = once.run(&all.http, StatusCode::ACCEPTED, async |tx: &mut Tx| {
        all.imports.start(tx, who.workspace, id, &start).await?;
        let job = all.imports.get(tx, who.workspace, id).await?;
        Ok::<_, ImportsError>(ImportView::of(job))
    });
    Ok(done.await?)
}
