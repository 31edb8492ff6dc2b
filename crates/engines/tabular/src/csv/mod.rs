//! Delimited text: `extent` finds where a record ends, `split` makes its cells, `records` streams
//! them and repairs quoting, `sniff` finds the dialect.

mod extent;
mod records;
mod sniff;
mod split;

pub(crate) use extent::line as physical_line;
pub(crate) use records::{Records, Setting};
pub(crate) use sniff::sniff;

/// The bytes that structure a delimited text. All are ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Between cells.
    pub(crate) delimiter: u8,
    /// Around cells.
    pub(crate) quote: u8,
    /// Before a quote inside a quoted cell, where quotes are not doubled.
    pub(crate) escape: Option<u8>,
    /// Whether blanks may stand between a delimiter and an opening quote.
    pub(crate) blank_before_quote: bool,
}

impl Marks {
    /// Commas, and quotes that are doubled inside a cell (RFC 4180).
    pub(crate) const USUAL: Self =
        Self { delimiter: b',', quote: b'"', escape: None, blank_before_quote: false };

    /// Where the content of a quoted cell begins, if one begins at `at`.
    fn opens(self, bytes: &[u8], at: usize) -> Option<usize> {
        let mut at = at;
        while self.blank_before_quote && bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        (bytes.get(at) == Some(&self.quote)).then_some(at + 1)
    }

    /// The next quote or escape at or behind `from`.
    fn find_quote(self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        let found = match self.escape {
            Some(escape) => memchr::memchr2(self.quote, escape, rest),
            None => memchr::memchr(self.quote, rest),
        };
        found.map(|i| from + i)
    }
}
