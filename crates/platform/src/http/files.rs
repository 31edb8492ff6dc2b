//! `/api/files/{token}`: files by link, where the store is a folder. Whoever has the link needs nothing
//! else, so it says all that is allowed, and is sealed.

use axum::Extension;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Http, Path, Problem, Upload, codes};
use crate::files::{Files, FilesError, LinkFault, Shared, Use, disposition};

/// The two operations.
pub fn file_routes(files: Files) -> OpenApiRouter<Http> {
    OpenApiRouter::new().routes(routes!(get_file, put_file)).layer(Extension(files))
}

/// Save a file by link
///
/// For links that other operations answer with. The file comes as it is, to be kept and not shown. Where
/// files are in a bucket, links lead there instead.
#[utoipa::path(
    get, path = "/api/files/{token}", operation_id = "get_file", tag = "files",
    params(("token" = String, Path, max_length = 4096, example = "x1.00000000.AAAA",
        description = "What stands in the link.")),
    responses(
        (status = 200, description = "The file.", content_type = "application/octet-stream", body = String),
        (status = 403, description = "The link was changed, has run out, or is for writing."),
        (status = 404, description = "The file is gone."),
    ),
    security(()),
)]
async fn get_file(
    Extension(files): Extension<Files>,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let Shared { name, allows: Use::Get { download_name }, .. } = opened(&files, &token)? else {
        return Err(Problem::new(&codes::LINK_WRONG, "The link is for writing the file."));
    };
    let (size, pieces) = match files.get_sized(&name).await {
        Err(FilesError::NotFound { .. }) => return Err(Problem::not_found("file")),
        got => got?,
    };
    let named = HeaderValue::try_from(disposition(&download_name))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, named),
        (header::CONTENT_LENGTH, HeaderValue::from(size)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Send a file by link
///
/// For links that other operations answer with. The body is the file as it is, no larger than was said when
/// the link was made. Where files are in a bucket, links lead there instead.
#[utoipa::path(
    put, path = "/api/files/{token}", operation_id = "put_file", tag = "files",
    params(("token" = String, Path, max_length = 4096, example = "x1.00000000.AAAA",
        description = "What stands in the link.")),
    request_body(content = String, content_type = "application/octet-stream",
        description = "The file.", example = "email\nada@example.com\n"),
    responses(
        (status = 204, description = "It is kept, in the place of one sent before."),
        (status = 403, description = "The link was changed, has run out, or is for reading."),
        (status = 413, description = "The file is larger than was said; nothing of it was kept."),
    ),
    security(()),
)]
async fn put_file(
    Extension(files): Extension<Files>,
    Path(token): Path<String>,
    upload: Upload,
) -> Result<StatusCode, Problem> {
    let Shared { name, allows: Use::Put { bytes_max }, .. } = opened(&files, &token)? else {
        return Err(Problem::new(&codes::LINK_WRONG, "The link is for reading the file."));
    };
    upload.keep(&files, &name, bytes_max).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn opened(files: &Files, token: &str) -> Result<Shared, Problem> {
    let opened = files.open_link(token).unwrap_or(Err(LinkFault::Wrong));
    opened.map_err(|fault| {
        let said = match fault {
            LinkFault::Wrong => "The link is not one of ours, or was changed.",
            LinkFault::RunOut => "The link has run out; ask for a new one.",
        };
        Problem::new(&codes::LINK_WRONG, said)
    })
}
