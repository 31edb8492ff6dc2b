//! What people ask of an import that was started.

use axum::Json;
use captely_platform::http::{Problem, Writer};
use captely_platform::ids::ImportId;

use super::{ImportRoutes, ImportView};

/// What is asked.
pub(super) enum Wish {
    Pause,
    Resume,
    Cancel,
    Undo,
    Verify,
}

/// Asks it, and shows the import as it is then.
pub(super) async fn ask(
    all: &ImportRoutes,
    who: &Writer,
    id: ImportId,
    wish: Wish,
) -> Result<Json<ImportView>, Problem> {
    let (imports, workspace) = (&all.imports, who.workspace);
    let mut tx = imports.db.writer().await?;
    match wish {
        Wish::Pause => imports.pause(&mut tx, workspace, id).await?,
        Wish::Resume => imports.resume(&mut tx, workspace, id).await?,
        Wish::Cancel => imports.cancel(&mut tx, workspace, id).await?,
        Wish::Undo => imports.undo(&mut tx, workspace, id).await?,
        Wish::Verify => imports.verify(&mut tx, workspace, id).await?,
    }
    let now = imports.get(&mut tx, workspace, id).await?;
    tx.commit().await?;
    Ok(Json(ImportView::of(now)))
}
