use axum::Json;
use axum::extract::State;
use captely_platform::http::{Member, Path, Problem};
use captely_platform::ids::ImportId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ImportRoutes, ImportView};
use crate::{DryRunReport, Preview, UndoReport, Verified, Whole};

/// An import with what was found out and done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportWhole {
    #[serde(flatten)]
    import: ImportView,
    /// What was found out about the file before; null where it was not looked at.
    preview: Option<Preview>,
    /// What the last dry run found; null where there was none, or it is not done yet.
    dry_run: Option<DryRunReport>,
    /// What undoing it did; null where it was not undone.
    undo: Option<UndoReport>,
    /// What came of the check of its addresses; null where nobody asked for it.
    verified: Option<Verified>,
}

/// Status and progress of an import
#[utoipa::path(
    get, path = "/api/imports/{id}", operation_id = "get_import", tag = "imports",
    params(("id" = String, Path, description = "Which.", example = "imp_019900000000700080000000000000ab")),
    responses(
        (status = 200, description = "As it is now.", body = ImportWhole),
        (status = 404, description = "There is none in this workspace."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn get_import(
    State(all): State<ImportRoutes>,
    who: Member,
    Path(id): Path<ImportId>,
) -> Result<Json<ImportWhole>, Problem> {
    let Whole { job, preview, dry_run, undo, verified, .. } =
        all.imports.whole(who.workspace, id).await?;
    Ok(Json(ImportWhole { import: ImportView::of(job), preview, dry_run, undo, verified }))
}
