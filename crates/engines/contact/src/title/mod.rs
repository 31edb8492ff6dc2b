//! What a job title tells: `seniority` its rank, `department` its part of the company. Both read words of
//! several languages; a title that says nothing gets nothing.

mod department;
mod seniority;

pub use department::Department;
pub use seniority::Seniority;

use crate::fold;

/// The words of a title, folded, with a blank before, between and behind them; words that do not fold stay.
fn spaced(title: &str) -> String {
    let mut words = String::from(" ");
    for word in title.split(|c: char| !c.is_alphanumeric() && c != '\'') {
        let folded = fold(word);
        if folded.is_empty() {
            words.push_str(&word.to_lowercase());
        } else {
            words.push_str(&folded);
        }
        if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    words
}

/// Whether one of the patterns, separated by `|`, is among the words: whole words, or with `*` at the end the
/// beginning of one, or with `*` at the beginning any part of one.
fn speaks_of(words: &str, patterns: &str) -> bool {
    let blank = |at: Option<usize>| at.and_then(|at| words.as_bytes().get(at)) == Some(&b' ');
    patterns.split('|').any(|pattern| {
        let (anywhere, pattern) =
            pattern.strip_prefix('*').map_or((false, pattern), |part| (true, part));
        let (open, pattern) = pattern.strip_suffix('*').map_or((anywhere, pattern), |p| (true, p));
        words.match_indices(pattern).any(|(at, _)| {
            let begins = anywhere || blank(at.checked_sub(1));
            begins && (open || blank(at.checked_add(pattern.len())))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_find_words() {
        let words = spaced("Sr. Geschäftsführer, R&D (EMEA)");
        assert_eq!(words, " sr geschaftsfuhrer r d emea ");
        assert!(speaks_of(&words, "x|r d") && speaks_of(&words, "geschaftsf*"));
        assert!(speaks_of(&words, "*fuhrer") && !speaks_of(&words, "fuhrer|emeas"));
        assert_eq!(spaced("代表取締役"), " 代表取締役 ");
    }
}
