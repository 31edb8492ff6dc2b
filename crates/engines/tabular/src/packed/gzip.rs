use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use super::bounded::Bounded;
use super::{Unpacked, ending};
use crate::{ReadError, ReadOptions};

/// Bytes of the packed file read at a time.
const BUFFER_BYTES: usize = 64 << 10;

/// The text in a `.gz` file (RFC 1952, several members one after the other), unpacked while it is read.
pub(crate) fn gunzip(
    mut file: File,
    name: &Arc<str>,
    packed_bytes: u64,
    options: &ReadOptions,
) -> Result<Unpacked, ReadError> {
    file.seek(SeekFrom::Start(0)).map_err(|why| ReadError::of_io(name, None, why))?;
    let inner = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".GZ")).unwrap_or(name);
    let decoder = MultiGzDecoder::new(BufReader::with_capacity(BUFFER_BYTES, file));
    Ok(Unpacked {
        name: Arc::clone(name),
        ending: ending(inner),
        source: Box::new(Bounded::new(decoder, packed_bytes, &options.limits)),
        sheet: options.sheet.clone(),
    })
}
