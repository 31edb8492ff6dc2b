use std::fs::File;
use std::io::{self, BufReader, Read, Take};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

/// Bytes of the archive read at a time.
const BUFFER_BYTES: usize = 64 << 10;

/// One member of a ZIP archive, unpacked while it is read. Its length and checksum are held against
/// those that the archive's directory gives.
pub(super) struct Member {
    packed: Packed,
    crc: Crc,
    expected_crc: u32,
    expected_bytes: u64,
    bytes: u64,
}

enum Packed {
    Stored(Take<BufReader<File>>),
    Deflated(Box<DeflateDecoder<Take<BufReader<File>>>>),
}

impl Member {
    /// `file` stands at the member's first byte.
    pub(super) fn new(file: File, at: &super::zip::Place) -> Self {
        let source = BufReader::with_capacity(BUFFER_BYTES, file).take(at.packed_bytes);
        let packed = if at.deflated {
            Packed::Deflated(Box::new(DeflateDecoder::new(source)))
        } else {
            Packed::Stored(source)
        };
        let (expected_crc, expected_bytes) = (at.crc, at.bytes);
        Self { packed, crc: Crc::new(), expected_crc, expected_bytes, bytes: 0 }
    }
}

impl Read for Member {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = match &mut self.packed {
            Packed::Stored(source) => source.read(out)?,
            Packed::Deflated(source) => source.read(out)?,
        };
        if n == 0 && !out.is_empty() {
            if self.bytes < self.expected_bytes {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.crc.sum() != self.expected_crc || self.bytes != self.expected_bytes {
                return Err(io::Error::other("its checksum is wrong"));
            }
        }
        self.bytes += u64::try_from(n).unwrap_or(0);
        self.crc.update(out.get(..n).unwrap_or_default());
        Ok(n)
    }
}
