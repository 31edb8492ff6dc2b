/// What one cell looks like by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CellKind {
    /// Nothing but white space.
    Blank,
    /// An e-mail address.
    Email,
    /// Address of a page: with a scheme, with `www.`, or of LinkedIn.
    Url,
    /// A calendar date in digits, with or without a time.
    Date,
    /// A year between 1900 and 2099.
    Year,
    /// A phone number that is written as one: a plus sign, or groups of digits.
    Phone,
    /// Any other number, with or without separators, sign, currency or percent.
    Number,
    /// Anything else.
    Text,
}

impl CellKind {
    /// The kind of a cell.
    pub(crate) fn of(cell: &str) -> Self {
        let cell = cell.trim();
        let Some(first) = cell.chars().next() else { return Self::Blank };
        if is_url(cell) {
            return Self::Url;
        }
        if is_email(cell) {
            return Self::Email;
        }
        let starts = first.is_ascii_digit() || "+-(#.'$€£¥".contains(first);
        if !starts || !cell.bytes().any(|b| b.is_ascii_digit()) || cell.len() > 40 {
            return Self::Text;
        }
        if is_date(cell) {
            Self::Date
        } else if is_year(cell) {
            Self::Year
        } else if is_number(cell) {
            Self::Number
        } else if is_phone(cell) {
            Self::Phone
        } else {
            Self::Text
        }
    }

    /// Whether it is a kind that no name of a column is.
    pub(crate) const fn is_typed(self) -> bool {
        !matches!(self, Self::Blank | Self::Text)
    }
}

/// One address, or several separated by commas, semicolons or blanks.
pub(crate) fn is_email(cell: &str) -> bool {
    let first = cell.split([',', ';', ' ']).next().unwrap_or(cell);
    let Some((local, domain)) = first.rsplit_once('@') else { return false };
    let dotted = domain.split_once('.').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
    !local.is_empty() && dotted && !first.contains("://")
}

/// The address of a page, with what shows it to be one.
pub(crate) fn is_url(cell: &str) -> bool {
    let head = cell.get(..8).unwrap_or(cell).to_ascii_lowercase();
    let marked = ["http://", "https://", "www."].iter().any(|start| head.starts_with(start));
    let spaced = cell.contains(' ');
    !spaced && (marked || cell.to_ascii_lowercase().contains("linkedin.com/"))
}

fn is_year(cell: &str) -> bool {
    cell.len() == 4 && cell.parse::<u16>().is_ok_and(|year| (1900..2100).contains(&year))
}

/// Three groups of digits, one of them a day, one a month; a time may follow.
fn is_date(cell: &str) -> bool {
    let day = cell.split([' ', 'T']).next().unwrap_or(cell);
    let Some(mark) = day.chars().find(|c| "-/.".contains(*c)) else { return false };
    let parts: Vec<&str> = day.trim_end_matches('.').split(mark).collect();
    let [a, b, c] = parts.as_slice() else { return false };
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let small = |part: &str| digits(part, 2) && part.parse::<u8>().is_ok_and(|n| n <= 31);
    let year = |part: &str| digits(part, 4) && matches!(part.len(), 2 | 4);
    small(b) && ((year(a) && small(c)) || (small(a) && year(c)))
}

fn is_number(cell: &str) -> bool {
    let bare = cell.trim_matches(|c: char| "+-$€£¥%# ".contains(c));
    let signs = bare.bytes().filter(|b| matches!(b, b',' | b'.')).count();
    let plain = bare.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'));
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let exponent = bare.contains(['E', 'e']) && bare.parse::<f64>().is_ok();
    let phone = cell.starts_with('+') && digits >= 7;
    !phone && (exponent || (plain && digits > 0 && signs <= digits))
}

fn is_phone(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    (6..=20).contains(&digits) && letters <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_kinds() {
        for (cell, kind) in [
            ("", CellKind::Blank),
            ("\u{a0} ", CellKind::Blank),
            ("ada@example.com", CellKind::Email),
            ("a@example.com; b@example.com", CellKind::Email),
            ("@ada", CellKind::Text),
            ("Meet @ Acme Inc.", CellKind::Text),
            ("https://example.com/a@b", CellKind::Url),
            ("www.example.com", CellKind::Url),
            ("linkedin.com/in/ada", CellKind::Url),
            ("2024-03-15", CellKind::Date),
            ("15.03.2024", CellKind::Date),
            ("3/15/24 09:30", CellKind::Date),
            ("2024-03-15T09:30:00Z", CellKind::Date),
            ("1987", CellKind::Year),
            ("42", CellKind::Number),
            ("1.234,50", CellKind::Number),
            ("$1,000", CellKind::Number),
            ("9.87654E+09", CellKind::Number),
            ("+1 555 123 4567", CellKind::Phone),
            ("'+15551234567", CellKind::Phone),
            ("504-621-8927", CellKind::Phone),
            ("(020) 7946 0958", CellKind::Phone),
            ("# Employees", CellKind::Text),
            ("Email", CellKind::Text),
            ("1st Line", CellKind::Text),
            ("51-200", CellKind::Text),
        ] {
            assert_eq!(CellKind::of(cell), kind, "{cell:?}");
        }
    }
}
