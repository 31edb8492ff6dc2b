//! Cuts what arrives into command lines.

/// The longest command line with its CR LF. RFC 5321 §4.5.3.1.4 asks for 512 at least, and more where
/// extensions add parameters.
pub(super) const LINE_BYTES_MAX: usize = 1_024;

/// One line of input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// A line ended by CR LF, without them.
    Command(&'a [u8]),
    /// A line over [`LINE_BYTES_MAX`], already thrown away up to its end.
    TooLong,
    /// A line ended by a bare LF, which SMTP does not know (RFC 5321 §2.3.8).
    BareLineFeed,
}

/// Bytes received and not yet taken as lines.
#[derive(Debug, Default)]
pub(super) struct LineBuffer {
    bytes: Vec<u8>,
    /// Where the first untaken byte is.
    at: usize,
    /// The current line was too long; everything up to its LF is thrown away.
    discarding: bool,
}

impl LineBuffer {
    /// Adds what the socket gave.
    pub(super) fn fill(&mut self, received: &[u8]) {
        self.bytes.drain(..self.at.min(self.bytes.len()));
        self.at = 0;
        self.bytes.extend_from_slice(received);
    }

    /// The next complete line; `None` when more bytes are needed.
    pub(super) fn next_line(&mut self) -> Option<Line<'_>> {
        let pending = self.bytes.get(self.at..).unwrap_or_default();
        let Some(feed) = pending.iter().position(|b| *b == b'\n') else {
            if self.discarding || pending.len() > LINE_BYTES_MAX {
                self.discarding = true;
                self.bytes.clear();
                self.at = 0;
            }
            return None;
        };
        let start = self.at;
        self.at = start.saturating_add(feed).saturating_add(1);
        let line = self.bytes.get(start..start.saturating_add(feed)).unwrap_or_default();
        if std::mem::take(&mut self.discarding) || line.len() >= LINE_BYTES_MAX {
            return Some(Line::TooLong);
        }
        Some(line.strip_suffix(b"\r").map_or(Line::BareLineFeed, Line::Command))
    }

    /// Whether bytes wait that no line has taken.
    pub(super) fn has_pending(&self) -> bool {
        self.at < self.bytes.len()
    }

    /// Throws away what waits, as servers do that read only after they have replied.
    pub(super) fn discard(&mut self) {
        self.at = self.bytes.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(buffer: &mut LineBuffer) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = buffer.next_line() {
            lines.push(match line {
                Line::Command(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                other => format!("{other:?}"),
            });
        }
        lines
    }

    #[test]
    fn lines_come_out_however_they_came_in() {
        let input = format!("NOOP\r\nbare\n{}\r\nQUIT\r\n\r\n", "x".repeat(5_000));
        for chunk in [1, 2, 3, 7, 1_000, 100_000] {
            let mut buffer = LineBuffer::default();
            let mut lines = Vec::new();
            for part in input.as_bytes().chunks(chunk) {
                buffer.fill(part);
                lines.extend(all(&mut buffer));
                assert!(buffer.bytes.len() <= LINE_BYTES_MAX + chunk + input.len() % chunk + chunk);
            }
            assert_eq!(lines, ["NOOP", "BareLineFeed", "TooLong", "QUIT", ""], "chunks of {chunk}");
            assert!(!buffer.has_pending());
        }
    }

    #[test]
    fn the_longest_line_is_taken() {
        let mut buffer = LineBuffer::default();
        let longest = format!("{}\r\n", "x".repeat(LINE_BYTES_MAX - 2));
        buffer.fill(longest.as_bytes());
        assert!(matches!(buffer.next_line(), Some(Line::Command(line)) if line.len() == 1_022));
        buffer.fill(format!("x{longest}").as_bytes());
        assert_eq!(buffer.next_line(), Some(Line::TooLong));
    }
}
