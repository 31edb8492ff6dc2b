//! Given and family names, and which given names are short for which.

use std::collections::HashMap;
use std::sync::LazyLock;

use captely_contact::is_title_word;

use super::words::{fold_words, words};

/// A name without honorifics and degrees, unless it has nothing else.
pub(super) fn name(value: &str) -> String {
    let folded = fold_words(value);
    if !words(&folded).any(is_title_word) {
        return folded;
    }
    let kept: Vec<&str> = words(&folded).filter(|word| !is_title_word(word)).collect();
    if kept.is_empty() { folded } else { kept.join(" ") }
}

/// Each line: a name, then what is short for it.
const LIST: &str = include_str!("../../data/nicknames.txt");

static GROUPS: LazyLock<HashMap<&'static str, Vec<u32>>> = LazyLock::new(|| {
    let mut groups: HashMap<_, Vec<u32>> = HashMap::new();
    for (line, group) in LIST.lines().zip(1_u32..) {
        for name in words(line) {
            groups.entry(name).or_default().push(group);
        }
    }
    groups
});

/// The groups of names that a name belongs to, ascending. Two names with one in common may be the same
/// person's: `bill` and `will` are both short for `william`.
pub(crate) fn nicknames(name: &str) -> &'static [u32] {
    let first = words(name).next().unwrap_or_default();
    GROUPS.get(first).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honorifics_go_unless_they_are_all() {
        for (value, expected) in [
            ("Dr. Asha", "asha"),
            ("King Jr.", "king"),
            ("Srta. Asha Rao, CISSP", "asha rao"),
            ("Eng Meng", "eng meng"),
            ("Dr", "dr"),
            ("José  María", "jose maria"),
        ] {
            assert_eq!(name(value), expected);
        }
    }

    #[test]
    fn short_names_share_a_group() {
        let share =
            |a: &str, b: &str| nicknames(a).iter().any(|group| nicknames(b).contains(group));
        for (a, b) in
            [("bill", "william"), ("bill", "will"), ("robert", "rob"), ("kate", "katherine")]
        {
            assert!(share(a, b) && share(b, a), "{a} {b}");
        }
        assert!(!share("bill", "kate") && !share("xyzzy", "xyzzy"));
    }
}
