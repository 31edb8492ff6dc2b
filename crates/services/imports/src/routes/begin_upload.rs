use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, Problem, Text, Writer};
use captely_platform::ids::ImportId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ImportRoutes, file_hash};
use crate::{NewUpload, PART_BYTES};

/// A file that is to come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BeginUpload, example = json!({ "file_name": "leads.csv", "bytes": 20_000_000 }))]
pub(super) struct BeginUploadInput {
    /// What the file is called; folders before it are left out.
    #[schema(value_type = Text<1, 1000>)]
    file_name: Text<1, 1_000>,
    /// How large it is.
    #[schema(minimum = 1)]
    bytes: u64,
    /// Its BLAKE3 in 64 hexadecimal digits, to be sure that what comes is the same.
    #[schema(max_length = 64)]
    hash: Option<String>,
}

/// An upload that has begun.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Upload)]
pub(super) struct UploadView {
    #[schema(value_type = String, example = "imp_019900000000700080000000000000ab")]
    id: ImportId,
    /// As it is kept.
    #[schema(example = "leads.csv")]
    file_name: String,
    /// How many bytes every part but the last has.
    #[schema(example = 8_388_608)]
    part_bytes: u64,
    /// How many parts there are.
    #[schema(example = 3)]
    parts: u32,
    /// Takes the whole file with one PUT instead of parts, without other credentials, for an hour. Where
    /// files are in a bucket it leads there.
    #[schema(example = "https://app.example.com/api/files/x1.00000000.AAAA")]
    put_url: String,
}

/// Begin an upload in parts
///
/// For large files and bad connections. Send the parts to `PUT /api/imports/{id}/parts/{number}`, in any
/// order, at once and again where one failed, or the whole file to `put_url`; then
/// `POST /api/imports/{id}/complete`. What is not complete after two days is removed.
#[utoipa::path(
    post, path = "/api/imports/uploads", operation_id = "begin_upload", tag = "imports",
    request_body = BeginUploadInput,
    responses(
        (status = 201, description = "It has begun.", body = UploadView),
        (status = 413, description = "The file is larger than this installation takes."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn begin_upload(
    State(all): State<ImportRoutes>,
    who: Writer,
    Body(input): Body<BeginUploadInput>,
) -> Result<(StatusCode, Json<UploadView>), Problem> {
    let new = NewUpload {
        file_name: input.file_name.into_string(),
        bytes: input.bytes,
        hash: file_hash::read(input.hash.as_deref())?,
        by: Some(who.user),
    };
    let begun = all.imports.begin_upload(who.workspace, new).await?;
    let view = UploadView {
        id: begun.id,
        file_name: begun.file_name,
        part_bytes: PART_BYTES,
        parts: begun.parts,
        put_url: begun.put_url,
    };
    Ok((StatusCode::CREATED, Json(view)))
}
