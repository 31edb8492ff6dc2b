use super::Marks;
use super::extent::{Close, close};
use crate::Row;

/// Cells of a record without quotes, at most `max` + 1. Returns how many were put.
pub(super) fn plain(text: &str, delimiter: u8, max: usize, row: &mut Row) -> usize {
    let (mut used, mut from) = (0, 0);
    for at in memchr::memchr_iter(delimiter, text.as_bytes()) {
        row.put(used, text.get(from..at).unwrap_or_default());
        used += 1;
        from = at + 1;
        if used > max {
            return used;
        }
    }
    row.put(used, text.get(from..).unwrap_or_default());
    used + 1
}

/// Cells of a record with quotes, at most `max` + 1. Returns how many were put.
///
/// In a `lenient` reading a quote that closes nothing is a plain character, and so is one that opens
/// and finds no end.
pub(super) fn quoted(text: &str, marks: Marks, lenient: bool, max: usize, row: &mut Row) -> usize {
    let bytes = text.as_bytes();
    let (mut used, mut at) = (0, 0);
    while used <= max {
        let closed = marks.opens(bytes, at).and_then(|inside| {
            match close(bytes, inside, marks, true, lenient) {
                Close::At { quote, behind } => Some((inside, quote, behind)),
                Close::Open | Close::Broken => None,
            }
        });
        let end = if let Some((inside, quote, behind)) = closed {
            let content = text.get(inside..quote).unwrap_or_default();
            if let Some(cell) = row.slot(used) {
                unescape(content, marks, cell);
            }
            behind
        } else {
            let rest = bytes.get(at..).unwrap_or_default();
            let end = memchr::memchr(marks.delimiter, rest).map_or(bytes.len(), |i| at + i);
            row.put(used, text.get(at..end).unwrap_or_default());
            end
        };
        used += 1;
        if end >= bytes.len() {
            break;
        }
        at = end + 1;
    }
    used
}

/// Undoes the doubling (or escaping) of quotes.
fn unescape(content: &str, marks: Marks, out: &mut String) {
    let bytes = content.as_bytes();
    let mut from = 0;
    while let Some(at) = marks.find_quote(bytes, from) {
        let next = bytes.get(at + 1).copied();
        let is_quote = bytes.get(at) == Some(&marks.quote);
        let drop_first = if is_quote {
            marks.escape.is_none() && next == Some(marks.quote)
        } else {
            next == Some(marks.quote) || next == marks.escape
        };
        // The mark itself stays unless it only protects the one behind it.
        let keep_to = if drop_first { at } else { at + 1 };
        out.push_str(content.get(from..keep_to).unwrap_or_default());
        from = keep_to;
        if drop_first {
            out.push_str(content.get(at + 1..at + 2).unwrap_or_default());
            from = at + 2;
        }
    }
    out.push_str(content.get(from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Marks =
        Marks { delimiter: b',', quote: b'"', escape: None, blank_before_quote: false };

    #[track_caller]
    fn check(text: &str, marks: Marks, lenient: bool, expected: &[&str]) {
        let mut row = Row::default();
        let used = quoted(text, marks, lenient, 100, &mut row);
        assert_eq!(row.cells.get(..used).unwrap(), expected, "{text:?}");
    }

    #[test]
    fn cells_are_unquoted() {
        check("a,\"b,c\",\"say \"\"hi\"\"\"", COMMA, false, &["a", "b,c", "say \"hi\""]);
        check("\"\",,\"\"", COMMA, false, &["", "", ""]);
        check("\"a\" ,5\" disk", COMMA, false, &["a", "5\" disk"]);
        check("\"The \"best\" one\",x", COMMA, true, &["The \"best\" one", "x"]);
        check("\"Acme,Paris", COMMA, true, &["\"Acme", "Paris"]);
        let escaped = Marks { escape: Some(b'\\'), ..COMMA };
        check("\"a \\\"b\\\" c:\\d\",x", escaped, false, &["a \"b\" c:\\d", "x"]);
        let blank = Marks { blank_before_quote: true, ..COMMA };
        check("a, \"b, c\", d", blank, false, &["a", "b, c", " d"]);
        let mut row = Row::default();
        assert_eq!(plain("a,,b,", b',', 100, &mut row), 4);
        assert_eq!(plain("a,,b,", b',', 1, &mut row), 2);
    }
}
