/// A value to write.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// No value: an empty cell, `null` in JSON.
    Empty,
    /// A value of the input, passed through untouched.
    Input(&'a str),
    /// A text of ours.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A decimal number, such as a price, as text: `0.015`. It becomes a number where the format has
    /// numbers. A text that is no number is written as text.
    Decimal(&'a str),
    /// True or false.
    Bool(bool),
}

impl<'a> From<&'a str> for Cell<'a> {
    /// A text of ours; an empty one is no value.
    fn from(text: &'a str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// Whether a spreadsheet would run the text as a formula: it begins with `=`, `+`, `-`, `@`, TAB or CR
/// (the list of OWASP's page on CSV injection). A number in international form (`+33 1 …`) or a
/// negative number is harmless.
pub(super) fn is_formula(text: &str) -> bool {
    let Some(first) = text.bytes().next() else { return false };
    match first {
        b'=' | b'@' | b'\t' | b'\r' => true,
        b'+' | b'-' => {
            !text.bytes().skip(1).all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'.'))
        }
        _ => false,
    }
}

/// Whether the text is a number as JSON writes it.
pub(super) fn is_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_seen() {
        for text in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "+1-2"] {
            assert!(is_formula(text), "{text:?}");
        }
        for text in ["", "a=b", "+33123456789", "-12.5", "+44 20 7946 0958", "1-2"] {
            assert!(!is_formula(text), "{text:?}");
        }
    }
}
