use axum::Json;
use axum::extract::State;
use captely_platform::http::{Path, Problem, Upload, Writer};
use captely_platform::ids::ImportId;

use super::ImportRoutes;
use super::part_view::PartView;

/// Send a part of an upload
///
/// The body is the part as it is. The same part may be sent again, which changes nothing; another one of the
/// same number is refused.
#[utoipa::path(
    put, path = "/api/imports/{id}/parts/{number}", operation_id = "put_upload_part", tag = "imports",
    params(
        ("id" = String, Path, example = "imp_019900000000700080000000000000ab"),
        ("number" = u32, Path, minimum = 1, example = 1, description = "Counts from 1."),
    ),
    request_body(content = String, content_type = "application/octet-stream",
        description = "The part.", example = "email\nada@example.com\n"),
    responses(
        (status = 200, description = "It is here.", body = PartView),
        (status = 409, description = "Another part of this number is here, or the upload is over."),
        (status = 422, description = "There is no such part, or it has another size."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn put_upload_part(
    State(all): State<ImportRoutes>,
    who: Writer,
    Path((id, number)): Path<(ImportId, u32)>,
    upload: Upload,
) -> Result<Json<PartView>, Problem> {
    let whose = (who.workspace, id);
    // Before the body is read: what is refused anyway need not come.
    let expected = all.imports.part_bytes(whose, number).await?;
    let bytes = upload.collect(expected).await?;
    let part = all.imports.put_part(whose, number, bytes).await?;
    Ok(Json(PartView::from(&part)))
}
