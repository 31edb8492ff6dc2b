use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use captely_platform::files::disposition;
use captely_platform::http::{Member, Path, Problem};
use captely_platform::ids::ImportId;

use super::ImportRoutes;

/// What the last dry run found for each row, as a file
#[utoipa::path(
    get, path = "/api/imports/{id}/dry-run/rows", operation_id = "export_dry_run_rows", tag = "imports",
    params(("id" = String, Path, description = "Which.", example = "imp_019900000000700080000000000000ab")),
    responses(
        (status = 200, description = "The file.", content((String = "text/csv",
            example = "import_row,import_line,import_outcome,import_reason,contact_id"))),
        (status = 404, description = "There is no such import, or no dry run of it that is done."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn export_dry_run_rows(
    State(all): State<ImportRoutes>,
    who: Member,
    Path(id): Path<ImportId>,
) -> Result<Response, Problem> {
    let whole = all.imports.whole(who.workspace, id).await?;
    let key = whole.dry_run_key.ok_or_else(|| Problem::not_found("dry run"))?;
    let pieces = all.imports.files.get_stream(&key).await?;
    let kept_as = HeaderValue::try_from(disposition("dry-run.csv"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, kept_as.unwrap_or(HeaderValue::from_static("attachment"))),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
