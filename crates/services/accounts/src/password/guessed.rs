//! The most common passwords, searched where they lie in the program.

/// Lower-case, one a line, sorted by bytes; see `data/LICENSES.md`.
static LIST: &str = include_str!("../../data/guessed_passwords.txt");

/// Whether a lower-case text is one of the most common passwords.
pub(super) fn is_common(text: &str) -> bool {
    let mut rest = LIST;
    while let Some((before, line, after)) = middle_line(rest) {
        match text.cmp(line) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => rest = before,
            std::cmp::Ordering::Greater => rest = after,
        }
    }
    false
}

/// What stands before, in and after the line in the middle. The list is ASCII: every byte is a
/// character.
fn middle_line(lines: &str) -> Option<(&str, &str, &str)> {
    let (first, second) = lines.split_at_checked(lines.len() / 2)?;
    let start = first.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let end = second.find('\n').map_or(lines.len(), |at| first.len().saturating_add(at));
    let (before, rest) = lines.split_at_checked(start)?;
    let (line, after) = rest.split_at_checked(end.saturating_sub(start))?;
    let after = after.strip_prefix('\n').unwrap_or(after);
    (!line.is_empty()).then_some((before, line, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_every_entry_is_found() {
        assert!(LIST.is_ascii() && LIST.ends_with('\n'));
        let lines: Vec<&str> = LIST.lines().collect();
        assert!(lines.len() > 10_000 && lines.is_sorted(), "{}", lines.len());
        for line in lines {
            assert!(is_common(line), "{line}");
            assert_eq!(line, line.to_lowercase());
            assert!(!is_common(&format!("{line}~")), "{line}");
        }
    }

    #[test]
    fn what_is_not_on_it() {
        for text in ["", "\n", "correct horse battery", "zzzzzzzzzzzzzzzz~", "!", "ö"] {
            assert!(!is_common(text), "{text:?}");
        }
    }
}
