use super::mailbox::one_line;

/// The longest reason, or answer of the other side, that is kept, in characters.
const WHY_CHARS_MAX: usize = 1_000;

/// `why` on one line and cut, with the address, which servers like to quote, taken out.
pub(super) fn without(why: &str, address: &str) -> String {
    let why = one_line(why);
    let (lower, needle) = (why.to_ascii_lowercase(), address.to_ascii_lowercase());
    let mut out = String::new();
    let mut from = 0;
    for (at, found) in lower.match_indices(&needle) {
        out.push_str(why.get(from..at).unwrap_or_default());
        out.push_str("(the address)");
        from = at.saturating_add(found.len());
    }
    out.push_str(why.get(from..).unwrap_or_default());
    out.chars().take(WHY_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_tells_no_address() {
        let why = "550 5.1.1 <Ada@Example.com>: unknown\r\nada@example.com";
        assert_eq!(
            without(why, "ada@example.com"),
            "550 5.1.1 <(the address)>: unknown (the address)"
        );
        assert_eq!(without(&"é".repeat(3_000), "x@y").chars().count(), WHY_CHARS_MAX);
    }
}
