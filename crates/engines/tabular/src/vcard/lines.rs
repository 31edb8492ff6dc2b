use std::io::{self, Read};

use crate::csv::physical_line;
use crate::window::Window;

/// One logical line: what was folded over several physical ones.
#[derive(Debug, Default)]
pub(super) struct Logical {
    /// Physical line of its beginning.
    pub(super) line: u64,
    pub(super) bytes: Vec<u8>,
    /// It was over the limit; `bytes` is its beginning.
    pub(super) cut: bool,
}

/// The logical lines of a vCard text.
pub(super) struct Lines {
    window: Window,
    line_bytes_max: usize,
    /// Physical line of the window's first byte, from 1.
    pub(super) line: u64,
}

impl Lines {
    pub(super) fn new(source: Box<dyn Read + Send>, line_bytes_max: usize) -> Self {
        Self { window: Window::new(source), line_bytes_max, line: 1 }
    }

    /// The next logical line that is not blank; `None` at the end. A line that begins with a blank or a tab
    /// goes on with the one before (RFC 6350 §3.2); so does one after a quoted-printable line that ends
    /// with `=` (vCard 2.1).
    pub(super) fn next(&mut self) -> io::Result<Option<Logical>> {
        let mut logical = Logical::default();
        loop {
            logical.line = self.line;
            if !self.physical(&mut logical)? {
                return Ok(None);
            }
            if !logical.bytes.trim_ascii().is_empty() {
                break;
            }
            logical.bytes.clear();
        }
        let quoted_printable = is_quoted_printable(&logical.bytes);
        loop {
            if quoted_printable && logical.bytes.ends_with(b"=") {
                logical.bytes.pop();
                if !self.physical(&mut logical)? {
                    break;
                }
            } else if self.folds()? {
                self.window.consume(1);
                self.physical(&mut logical)?;
            } else {
                break;
            }
        }
        Ok(Some(logical))
    }

    /// Appends one physical line without its end; `false` at the end of the text.
    fn physical(&mut self, to: &mut Logical) -> io::Result<bool> {
        let mut any = false;
        loop {
            let (bytes, at_end) = (self.window.bytes(), self.window.at_end());
            if at_end && bytes.is_empty() {
                self.line += u64::from(any);
                return Ok(any);
            }
            let end = physical_line(bytes, at_end);
            // A CR at the very end may be half of a CRLF: it stays.
            let half = usize::from(end.is_none() && bytes.last() == Some(&b'\r'));
            let (content, total) = end.unwrap_or((bytes.len() - half, bytes.len() - half));
            let room = self.line_bytes_max.saturating_sub(to.bytes.len());
            to.cut |= content > room;
            to.bytes.extend_from_slice(bytes.get(..content.min(room)).unwrap_or_default());
            any |= total > 0;
            self.window.consume(total);
            if end.is_some() {
                self.line += 1;
                return Ok(true);
            }
            self.window.fill()?;
        }
    }

    fn folds(&mut self) -> io::Result<bool> {
        if self.window.bytes().is_empty() {
            self.window.fill()?;
        }
        Ok(matches!(self.window.bytes().first(), Some(b' ' | b'\t')))
    }
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = memchr::memchr(b':', line).and_then(|at| line.get(..at)).unwrap_or_default();
    let head = head.to_ascii_uppercase();
    memchr::memmem::find(&head, b"QUOTED-PRINTABLE").is_some()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn lines_are_unfolded() {
        let text = "A:one\r\n  two\r\n\tthree\r\n\r\nN;ENCODING=QUOTED-PRINTABLE:J=\r\n=C3=BC=\r\nrgen\nB:x";
        let mut lines = Lines::new(Box::new(Cursor::new(text)), 1_000);
        let mut found = Vec::new();
        while let Some(logical) = lines.next().unwrap() {
            found.push((logical.line, String::from_utf8(logical.bytes).unwrap()));
        }
        let expected =
            [(1, "A:one twothree"), (5, "N;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen"), (8, "B:x")];
        assert_eq!(found, expected.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let text = format!("A:{}\nB:y\n", "x".repeat(500_000));
        let mut lines = Lines::new(Box::new(Cursor::new(text)), 1_000);
        let first = lines.next().unwrap().unwrap();
        assert_eq!((first.bytes.len(), first.cut), (1_000, true));
        let second = lines.next().unwrap().unwrap();
        assert_eq!((second.line, second.bytes.as_slice(), second.cut), (2, &b"B:y"[..], false));
    }
}
