use std::io::{BufRead, BufReader, Read};

/// Bytes of one tag with the text before it; a longer one is cut, which loses no count that matters.
const TAG_BYTES_MAX: u64 = 64 << 10;

/// How many cells the largest sheet of an OpenDocument content part has once its repeated rows and
/// cells are written out, up to the last that has a value.
///
/// A few bytes (`number-rows-repeated="1000000"`) stand for millions of cells there, which the format's
/// reader would make: so they are counted first, tag by tag, without being made.
pub(super) fn cells(part: impl Read) -> u64 {
    let mut tags = BufReader::with_capacity(64 << 10, part);
    let mut piece = Vec::new();
    let (mut sheet, mut largest) = (Sheet::default(), 0_u64);
    loop {
        piece.clear();
        let read = tags.by_ref().take(TAG_BYTES_MAX).read_until(b'>', &mut piece);
        if !matches!(read, Ok(1..)) {
            return largest.max(sheet.cells());
        }
        let start = memchr::memrchr(b'<', &piece).unwrap_or(0);
        let (text, tag) = piece.split_at_checked(start).unwrap_or_default();
        if !text.trim_ascii().is_empty() {
            sheet.value();
        }
        if tag.starts_with(b"<table:table-cell") || tag.starts_with(b"<table:covered-table-cell") {
            sheet.cell(repeated(tag, b"table:number-columns-repeated="));
            if memchr::memmem::find(tag, b"value=").is_some() {
                sheet.value();
            }
        } else if tag.starts_with(b"<table:table-row") {
            sheet.row(repeated(tag, b"table:number-rows-repeated="));
        } else if tag.starts_with(b"</table:table>") {
            largest = largest.max(sheet.cells());
            sheet = Sheet::default();
        }
    }
}

/// The number an attribute of a tag gives, 1 without it.
fn repeated(tag: &[u8], attribute: &[u8]) -> u64 {
    let behind =
        memchr::memmem::find(tag, attribute).and_then(|at| tag.get(at + attribute.len()..));
    let digits = behind.and_then(|rest| rest.get(1..)).unwrap_or_default();
    let end = digits.iter().position(|b| !b.is_ascii_digit()).unwrap_or(digits.len());
    let number = digits.get(..end).and_then(|d| std::str::from_utf8(d).ok());
    number.filter(|n| !n.is_empty()).map_or(1, |n| n.parse().unwrap_or(u64::MAX))
}

/// What was counted of one sheet.
#[derive(Default)]
struct Sheet {
    rows: u64,
    row_repeats: u64,
    columns: u64,
    rows_to_value: u64,
    columns_to_value: u64,
}

impl Sheet {
    fn row(&mut self, repeats: u64) {
        self.rows = self.rows.saturating_add(self.row_repeats);
        self.row_repeats = repeats;
        self.columns = 0;
    }

    fn cell(&mut self, repeats: u64) {
        self.columns = self.columns.saturating_add(repeats);
    }

    /// The cell just begun has a value.
    fn value(&mut self) {
        if self.columns > 0 {
            self.rows_to_value = self.rows.saturating_add(self.row_repeats);
            self.columns_to_value = self.columns_to_value.max(self.columns);
        }
    }

    fn cells(&self) -> u64 {
        self.rows_to_value.saturating_mul(self.columns_to_value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(xml: &str, expected: u64) {
        assert_eq!(cells(xml.as_bytes()), expected, "{xml}");
    }

    #[test]
    fn repeats_are_counted_up_to_the_last_value() {
        let cell = "<table:table-cell><text:p>x</text:p></table:table-cell>";
        let row = |repeats: u64, cells: &str| {
            format!(
                "<table:table-row table:number-rows-repeated=\"{repeats}\">{cells}</table:table-row>"
            )
        };
        check(
            &format!(
                "<table:table>{}{}</table:table>",
                row(1, cell),
                row(1_048_575, "<table:table-cell/>")
            ),
            1,
        );
        check(
            &format!(
                "<table:table>{}{}</table:table>",
                row(1_000_000, "<table:table-cell/>"),
                row(2, cell)
            ),
            1_000_002,
        );
        let wide = "<table:table-cell table:number-columns-repeated=\"16000\" office:value=\"1\"/>";
        check(&format!("<table:table>{}</table:table>", row(1_000, wide)), 16_000_000);
        check(
            "<table:table><table:table-row table:number-rows-repeated=\"99999999999999999999\"><table:table-cell office:value='1'/>",
            u64::MAX,
        );
        check("", 0);
        check("no tags at all", 0);
    }
}
