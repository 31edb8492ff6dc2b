use hyper::Method;

use super::request::Asked;

/// What a request wants, by its method and its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum S3Operation {
    /// PutObject.
    Put,
    /// GetObject.
    Get,
    /// HeadObject.
    Head,
    /// DeleteObject.
    Delete,
    /// ListObjectsV2.
    List,
    /// CreateMultipartUpload.
    Create,
    /// UploadPart.
    Part,
    /// CompleteMultipartUpload.
    Complete,
    /// AbortMultipartUpload.
    Abort,
}

impl S3Operation {
    pub(super) fn of(asked: &Asked<'_>) -> Option<Self> {
        let in_bucket = asked.key.is_empty();
        let upload = asked.query("uploadId").is_some();
        Some(match *asked.method {
            Method::GET if in_bucket && asked.query("list-type") == Some("2") => Self::List,
            _ if in_bucket => return None,
            Method::GET => Self::Get,
            Method::HEAD => Self::Head,
            Method::PUT if upload => Self::Part,
            Method::PUT => Self::Put,
            Method::DELETE if upload => Self::Abort,
            Method::DELETE => Self::Delete,
            Method::POST if upload => Self::Complete,
            Method::POST if asked.query("uploads").is_some() => Self::Create,
            _ => return None,
        })
    }
}
