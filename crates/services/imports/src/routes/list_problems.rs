use axum::extract::State;
use axum::response::{IntoResponse, Response};
use captely_platform::http::{Download, ExportFormat, Member, Path, Problem, Query};
use captely_platform::ids::ImportId;
use captely_tabular::Format;
use serde::Deserialize;
use utoipa::IntoParams;

use super::ImportRoutes;
use crate::problems::problems;

/// As what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ProblemsQuery {
    #[param(inline)]
    format: Option<ExportFormat>,
}

/// What could not be used of an import, as a file
///
/// A line for each row that could not be read and each cell that could not be used as what its column is for:
/// row, physical line, column, value and reason. Rows with such cells are imported all the same.
#[utoipa::path(
    get, path = "/api/imports/{id}/problems", operation_id = "export_import_problems", tag = "imports",
    params(
        ("id" = String, Path, description = "Which.", example = "imp_019900000000700080000000000000ab"),
        ProblemsQuery,
    ),
    responses(
        (status = 200, description = "The file, CSV where nothing is said.", content(
            (String = "text/csv", example = "row,line,column,column_name,value,reason"),
            (String = "application/jsonl"),
        )),
        (status = 404, description = "There is none in this workspace."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn export_import_problems(
    State(all): State<ImportRoutes>,
    who: Member,
    Path(id): Path<ImportId>,
    Query(query): Query<ProblemsQuery>,
) -> Result<Response, Problem> {
    let mut tx = all.imports.db.reader().await?;
    all.imports.get(&mut tx, who.workspace, id).await?;
    drop(tx);
    let download = query.format.unwrap_or(ExportFormat::Csv);
    let format = match download {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Jsonl => Format::JsonLines,
    };
    let file = problems(all.imports.db.clone(), who.workspace, id, format);
    let file = file.map_err(|why| Problem::internal(&why))?;
    Ok(Download::new("import-problems", download, file).into_response())
}
