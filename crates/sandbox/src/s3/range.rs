use std::ops::Range;

use super::refusal::Refusal;

/// The bytes of an object of `size` that `bytes=…` means (RFC 9110, 14.1.2); none where it is no such
/// header, which then counts for nothing.
pub(super) fn range(header: &str, size: usize) -> Option<Result<Range<usize>, Refusal>> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.parse::<usize>().ok();
    let range = match (first, last) {
        ("", last) => size.saturating_sub(number(last)?)..size,
        (first, "") => number(first)?..size,
        (first, last) => number(first)?..number(last)?.saturating_add(1).min(size),
    };
    Some(if range.is_empty() { Err(Refusal::RANGE) } else { Ok(range) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_a_range() {
        for (header, expected) in [
            ("bytes=0-3", Some(Ok(0..4))),
            ("bytes=4-", Some(Ok(4..10))),
            ("bytes=-3", Some(Ok(7..10))),
            ("bytes=5-99", Some(Ok(5..10))),
            ("bytes=10-", Some(Err(Refusal::RANGE))),
            ("lines=1-2", None),
        ] {
            assert_eq!(range(header, 10), expected, "{header}");
        }
    }
}
