use axum::Json;
use axum::extract::State;
use captely_platform::http::{Body, Path, Problem, RequestContext, Writer};
use captely_platform::ids::ImportId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ImportRoutes, file_hash};
use crate::{ImportsError, Preview};

/// What the whole file should be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CompleteUpload, example = json!({ "bytes": 20_000_000 }))]
pub(super) struct CompleteUploadInput {
    /// How large it is.
    #[schema(minimum = 1)]
    bytes: Option<u64>,
    /// Its BLAKE3 in 64 hexadecimal digits.
    #[schema(max_length = 64)]
    hash: Option<String>,
}

/// A file that is here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UploadedFile)]
pub(super) struct UploadedView {
    #[schema(value_type = String, example = "imp_019900000000700080000000000000ab")]
    id: ImportId,
    #[schema(example = 20_000_000)]
    bytes: u64,
    /// BLAKE3, in hexadecimal digits.
    #[schema(example = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")]
    hash: String,
    /// What the file is; null where its import has gone on since.
    preview: Option<Preview>,
}

/// End an upload
///
/// Puts the parts together, or takes what came by `put_url`. The import is then ready. Asked again it answers
/// the same.
#[utoipa::path(
    post, path = "/api/imports/{id}/complete", operation_id = "complete_upload", tag = "imports",
    params(("id" = String, Path, example = "imp_019900000000700080000000000000ab")),
    request_body = CompleteUploadInput,
    responses(
        (status = 200, description = "The file is here.", body = UploadedView),
        (status = 409, description = "Parts are missing (`missing` has their numbers), the size is another, \
            or the upload is over."),
        (status = 422, description = "The hash is another, or the file cannot be read; the upload is over."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn complete_upload(
    State(all): State<ImportRoutes>,
    who: Writer,
    Path(id): Path<ImportId>,
    context: RequestContext,
    Body(input): Body<CompleteUploadInput>,
) -> Result<Json<UploadedView>, Problem> {
    let said = (input.bytes, file_hash::read(input.hash.as_deref())?);
    // A large file takes long to be put together.
    let progress: Box<dyn FnMut(u64) + Send> = Box::new(move |_bytes| context.moves());
    let made = all.imports.complete_upload((who.workspace, id), said, progress).await?;
    let preview = match all.imports.look(who.workspace, id, None).await {
        Ok(preview) => Some(preview),
        Err(ImportsError::State { .. }) => None,
        Err(why) => return Err(why.into()),
    };
    let hash = file_hash::show(made.hash);
    Ok(Json(UploadedView { id, bytes: made.bytes, hash, preview }))
}
