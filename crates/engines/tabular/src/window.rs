use std::io::{self, Read};

/// Bytes asked from the source at a time.
const CHUNK_BYTES: usize = 128 << 10;

/// A sliding view on a stream of bytes: what was read and not yet consumed stands together.
///
/// It grows only while a caller asks for more without consuming; the caller sets the limit.
pub(crate) struct Window {
    source: Box<dyn Read + Send>,
    buf: Vec<u8>,
    start: usize,
    end: usize,
    eof: bool,
}

impl Window {
    pub(crate) fn new(source: Box<dyn Read + Send>) -> Self {
        Self { source, buf: vec![0; CHUNK_BYTES], start: 0, end: 0, eof: false }
    }

    /// What is there now.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.buf.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether the source has ended, so that `bytes` is all that will ever be there.
    pub(crate) const fn at_end(&self) -> bool {
        self.eof
    }

    /// Reads more behind what is there. Nothing happens at the end of the source.
    pub(crate) fn fill(&mut self) -> io::Result<()> {
        if self.eof {
            return Ok(());
        }
        if self.start > 0 {
            self.buf.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buf.len() - self.end < CHUNK_BYTES / 2 {
            self.buf.resize(self.buf.len() * 2, 0);
        }
        let room = self.buf.get_mut(self.end..).unwrap_or_default();
        loop {
            match self.source.read(room) {
                Ok(0) => self.eof = true,
                Ok(n) => self.end += n,
                Err(why) if why.kind() == io::ErrorKind::Interrupted => continue,
                Err(why) => return Err(why),
            }
            return Ok(());
        }
    }

    /// Drops the first `count` bytes.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
    }
}
