use axum::Json;
use axum::extract::State;
use captely_platform::http::{Member, Path, Problem};
use captely_platform::ids::ImportId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ImportRoutes, ImportView};
use crate::store::outcome;
use crate::{DryRunReport, Preview, UndoReport, Verified, checked};

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
    let mut tx = all.imports.db.reader().await?;
    let job = all.imports.get(&mut tx, who.workspace, id).await?;
    let left = outcome::load(&mut tx, who.workspace, id).await?.unwrap_or_default();
    let verified = checked(&mut tx, who.workspace, id).await?;
    let verified = verified.map(|checked| checked.shown(job.state));
    // Each was written as what they are read as.
    let preview = left.preview.and_then(|text| serde_json::from_str(&text).ok());
    let dry_run = left.dry_run.and_then(|text| serde_json::from_str(&text).ok());
    let undo = left.undo.and_then(|text| serde_json::from_str(&text).ok());
    Ok(Json(ImportWhole { import: ImportView::of(job), preview, dry_run, undo, verified }))
}
