use serde::Serialize;
use utoipa::ToSchema;

use super::file_hash;
use crate::Arrived;

/// A part that is here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UploadPart)]
pub(super) struct PartView {
    /// Counts from 1.
    #[schema(example = 1)]
    number: u32,
    #[schema(example = 8_388_608)]
    bytes: u64,
    /// BLAKE3, in hexadecimal digits.
    #[schema(example = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")]
    hash: String,
}

impl From<&Arrived> for PartView {
    fn from(part: &Arrived) -> Self {
        let hash = file_hash::show(part.what.hash);
        Self { number: part.number, bytes: part.what.bytes, hash }
    }
}
