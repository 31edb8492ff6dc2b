use std::io::{self, Read};

use crate::limits::{Limits, UNPACKED_RATIO_FREE_BYTES};

/// Why unpacking stopped. It travels inside an [`io::Error`], so that every reader passes it on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnpackFault {
    /// More came out than a list needs.
    #[error("unpacks to more than {0}")]
    TooLarge(String),
    /// The packed bytes are damaged, or end too early.
    #[error("{0}")]
    Broken(String),
}

/// What an archive unpacks to, ended at a limit.
pub(super) struct Bounded<R> {
    source: R,
    left_bytes: u64,
    limit: String,
}

impl<R: Read> Bounded<R> {
    /// `packed_bytes` is what the source takes in its archive.
    pub(super) fn new(source: R, packed_bytes: u64, limits: &Limits) -> Self {
        let by_ratio =
            packed_bytes.saturating_mul(limits.unpacked_ratio_max).max(UNPACKED_RATIO_FREE_BYTES);
        let (left_bytes, limit) = if by_ratio < limits.file_bytes_max {
            (by_ratio, format!("{} times its size", limits.unpacked_ratio_max))
        } else {
            (limits.file_bytes_max, format!("{} MiB", limits.file_bytes_max >> 20))
        };
        Self { source, left_bytes, limit }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let broken = |why: io::Error| match why.kind() {
            io::ErrorKind::Interrupted => why,
            io::ErrorKind::UnexpectedEof => {
                io::Error::other(UnpackFault::Broken("it ends too early".to_owned()))
            }
            _ => io::Error::other(UnpackFault::Broken(why.to_string())),
        };
        let n = self.source.read(out).map_err(broken)?;
        let bytes = u64::try_from(n).unwrap_or(u64::MAX);
        match self.left_bytes.checked_sub(bytes) {
            Some(left) => self.left_bytes = left,
            None => return Err(io::Error::other(UnpackFault::TooLarge(self.limit.clone()))),
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_unpacks_without_end_is_ended() {
        let limits = Limits { unpacked_ratio_max: 2, ..Limits::default() };
        let packed = UNPACKED_RATIO_FREE_BYTES;
        let mut endless = Bounded::new(io::repeat(b'x'), packed, &limits);
        let why = io::copy(&mut endless, &mut io::sink()).unwrap_err();
        assert_eq!(why.to_string(), "unpacks to more than 2 times its size");
        let limits = Limits { file_bytes_max: 1 << 20, ..limits };
        let mut small = Bounded::new(io::repeat(b'x').take(1 << 20), packed, &limits);
        assert_eq!(io::copy(&mut small, &mut io::sink()).unwrap(), 1 << 20);
    }
}
