use std::io;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// As what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// Comma-separated; no cell is run as a formula.
    Csv,
    /// JSON Lines.
    Jsonl,
}

/// A file that is made while it is sent.
pub trait Pieces: Send + 'static {
    /// The next bytes; none at the end.
    fn next(&mut self) -> impl Future<Output = io::Result<Option<Vec<u8>>>> + Send;
}

/// The answer that is such a file, kept under a name and not shown.
#[derive(Debug)]
pub struct Download {
    headers: [(header::HeaderName, HeaderValue); 2],
    body: Body,
}

impl Download {
    /// `name` is without its ending, of letters, digits and hyphens.
    pub fn new(name: &str, format: ExportFormat, file: impl Pieces) -> Self {
        let (kind, ending) = match format {
            ExportFormat::Csv => ("text/csv; charset=utf-8", "csv"),
            ExportFormat::Jsonl => ("application/jsonl", "jsonl"),
        };
        let disposition =
            HeaderValue::try_from(format!("attachment; filename=\"{name}.{ending}\""))
                .unwrap_or(HeaderValue::from_static("attachment"));
        let bytes = stream::try_unfold(file, |mut file| async move {
            Ok::<_, io::Error>(file.next().await?.map(|bytes| (bytes, file)))
        });
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
            (header::CONTENT_DISPOSITION, disposition),
        ];
        Self { headers, body: Body::from_stream(bytes) }
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        (self.headers, self.body).into_response()
    }
}
