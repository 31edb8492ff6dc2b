use super::Marks;

/// Where the first record of some bytes ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The record is there.
    Whole(Whole),
    /// Its end is not among these bytes.
    More,
    /// A quote is followed by something that cannot follow it, or never closes.
    Broken,
    /// A quoted cell goes on beyond the limit.
    LongCell,
}

/// A record's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whole {
    /// Bytes without the line end.
    pub(crate) content: usize,
    /// Bytes with it.
    pub(crate) total: usize,
    /// Physical lines.
    pub(crate) lines: u64,
    /// Whether a quote is in it.
    pub(crate) quoted: bool,
}

/// The first physical line: bytes without and with its end (LF, CRLF or CR). `None` if it is not
/// certain where it ends.
pub(crate) fn line(bytes: &[u8], at_end: bool) -> Option<(usize, usize)> {
    let Some(content) = memchr::memchr2(b'\n', b'\r', bytes) else {
        return at_end.then_some((bytes.len(), bytes.len()));
    };
    Some((content, line_end(bytes, content, at_end)?))
}

/// Behind the line end at `at`. A CR that is the last byte may be half of a CRLF.
fn line_end(bytes: &[u8], at: usize, at_end: bool) -> Option<usize> {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => Some(at + 2),
        (Some(b'\r'), None) if !at_end => None,
        _ => Some(at + 1),
    }
}

/// Line ends in `bytes`; CRLF is one.
pub(crate) fn count_lines(bytes: &[u8]) -> u64 {
    let mut count = 0;
    for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        let half = bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
        if !half {
            count += 1;
        }
    }
    count
}

/// The first record by the strict rules: a quote opens only at the beginning of a cell and closes only
/// before a delimiter, a line end or the end of the file (blanks between are let through).
pub(crate) fn strict(bytes: &[u8], marks: Marks, at_end: bool, cell_bytes_max: usize) -> Extent {
    let first = line(bytes, at_end);
    if let Some((content, total)) = first {
        let head = bytes.get(..content).unwrap_or_default();
        if memchr::memchr(marks.quote, head).is_none() {
            return Extent::Whole(Whole { content, total, lines: 1, quoted: false });
        }
    }
    walk(bytes, marks, at_end, cell_bytes_max, false)
}

/// The same where a quote inside a cell that closes nothing is a plain character.
pub(crate) fn lenient(bytes: &[u8], marks: Marks, at_end: bool, cell_bytes_max: usize) -> Extent {
    walk(bytes, marks, at_end, cell_bytes_max, true)
}

fn walk(bytes: &[u8], marks: Marks, at_end: bool, cell_bytes_max: usize, lenient: bool) -> Extent {
    let mut at = 0;
    loop {
        let end = if let Some(inside) = marks.opens(bytes, at) {
            match close(bytes, inside, marks, at_end, lenient) {
                Close::At { behind, .. } if behind - at > cell_bytes_max + 2 => {
                    return Extent::LongCell;
                }
                Close::At { behind, .. } => behind,
                Close::Open if bytes.len() - at > cell_bytes_max => return Extent::LongCell,
                Close::Open if at_end => return Extent::Broken,
                Close::Open => return Extent::More,
                Close::Broken => return Extent::Broken,
            }
        } else {
            let rest = bytes.get(at..).unwrap_or_default();
            match memchr::memchr3(marks.delimiter, b'\n', b'\r', rest) {
                Some(i) => at + i,
                None if at_end => bytes.len(),
                None => return Extent::More,
            }
        };
        match bytes.get(end) {
            Some(b) if *b == marks.delimiter => at = end + 1,
            Some(_) => {
                let Some(total) = line_end(bytes, end, at_end) else { return Extent::More };
                let lines = count_lines(bytes.get(..total).unwrap_or_default());
                return Extent::Whole(Whole { content: end, total, lines, quoted: true });
            }
            None if at_end => {
                let lines = count_lines(bytes) + 1;
                return Extent::Whole(Whole { content: end, total: end, lines, quoted: true });
            }
            None => return Extent::More,
        }
    }
}

/// Where a quoted cell ends.
pub(super) enum Close {
    /// `quote` is the closing quote; `behind` is the delimiter, line end or end of bytes after it.
    At { quote: usize, behind: usize },
    /// No closing quote among these bytes.
    Open,
    /// A quote that neither closes nor is doubled.
    Broken,
}

/// Finds the quote that closes the cell whose content begins at `from`.
pub(super) fn close(bytes: &[u8], from: usize, marks: Marks, at_end: bool, lenient: bool) -> Close {
    let mut from = from;
    while let Some(quote) = marks.find_quote(bytes, from) {
        if bytes.get(quote) != Some(&marks.quote) {
            from = quote + 2; // an escape and what it protects
            continue;
        }
        let mut behind = quote + 1;
        if bytes.get(behind) == Some(&marks.quote) && marks.escape.is_none() {
            from = quote + 2;
            continue;
        }
        let blank =
            |b: Option<&u8>| b.is_some_and(|b| matches!(b, b' ' | b'\t') && *b != marks.delimiter);
        while blank(bytes.get(behind)) {
            behind += 1;
        }
        match bytes.get(behind) {
            Some(b'\n' | b'\r') => return Close::At { quote, behind },
            Some(b) if *b == marks.delimiter => return Close::At { quote, behind },
            None if at_end => return Close::At { quote, behind },
            None => return Close::Open,
            Some(_) if lenient => from = quote + 1,
            Some(_) => return Close::Broken,
        }
    }
    Close::Open
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Marks =
        Marks { delimiter: b',', quote: b'"', escape: None, blank_before_quote: false };

    #[track_caller]
    fn check(text: &str, at_end: bool, expected: Extent) {
        assert_eq!(strict(text.as_bytes(), COMMA, at_end, 100), expected, "{text:?}");
    }

    fn whole(content: usize, total: usize, lines: u64, quoted: bool) -> Extent {
        Extent::Whole(Whole { content, total, lines, quoted })
    }

    #[test]
    fn records_end_where_they_should() {
        check("a,b\nc", false, whole(3, 4, 1, false));
        check("a,b\r\nc", false, whole(3, 5, 1, false));
        check("a,b\rc", false, whole(3, 4, 1, false));
        check("a,b\r", false, Extent::More);
        check("a,b\r", true, whole(3, 4, 1, false));
        check("a,\"b\r\nc\"\n", false, whole(8, 9, 2, true));
        check("a,\"b\"\"c\"", false, Extent::More);
        check("a,\"b\"\"c\"", true, whole(8, 8, 1, true));
        check("a,\"b\" \n", false, whole(6, 7, 1, true));
        check("a,\"b\"c\n", false, Extent::Broken);
        check("a,\"b\n", true, Extent::Broken);
        check(&format!("a,\"{}", "b\n".repeat(80)), false, Extent::LongCell);
    }
}
