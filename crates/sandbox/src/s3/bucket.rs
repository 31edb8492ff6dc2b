use std::collections::BTreeMap;

use bytes::Bytes;

use super::S3Operation;
use super::fault::Script;

/// An object.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) bytes: Bytes,
    pub(super) etag: String,
    /// Seconds since 1970.
    pub(super) at_s: i64,
}

impl Object {
    pub(super) fn new(bytes: Bytes, at_s: i64) -> Self {
        let etag = etag(&bytes);
        Self { bytes, etag, at_s }
    }
}

/// 32 hexadecimal digits in quotes. Clients may not take it for a checksum.
pub(super) fn etag(bytes: &[u8]) -> String {
    let hash = blake3::hash(bytes).to_hex();
    format!("\"{}\"", hash.get(..32).unwrap_or_default())
}

/// An upload whose parts come one by one.
#[derive(Debug, Default)]
pub(super) struct Multipart {
    pub(super) key: String,
    pub(super) parts: BTreeMap<u32, Bytes>,
}

/// What the store holds.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    pub(super) objects: BTreeMap<String, Object>,
    pub(super) uploads: BTreeMap<String, Multipart>,
    pub(super) uploads_begun: u64,
    pub(super) script: Script,
    /// What was answered, in order.
    pub(super) calls: Vec<S3Operation>,
}
