use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::{fold_words, words};

/// Each line: words at the end of a name, `|`, the legal form that they write.
const LIST: &str = include_str!("../../data/legal-forms.txt");
/// Forms that also stand before the name: `OOO Romashka`, `PT Maju`.
const BEFORE: &[&str] = &["ooo", "oao", "zao", "pao", "pt", "ud", "uab", "sia"];
/// The most words that write one legal form.
const WORDS_MAX: usize = 6;

static FORMS: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| LIST.lines().filter_map(|line| line.split_once('|')).collect());

/// A company's name without what says how it is incorporated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyName {
    /// The name in folded words: `Acme Holding GmbH & Co. KG` → `acme holding`.
    pub core: String,
    /// The legal form in one spelling, `None` where the name tells none.
    pub legal_form: Option<&'static str>,
}

/// Parts a company's name from its legal form. A name that is nothing but a form stays whole.
pub fn company_name(name: &str) -> CompanyName {
    let folded = fold_words(name);
    let mut kept: Vec<&str> = words(&folded).collect();
    let mut legal_form = None;
    while let Some((length, form)) = form_at_end(&kept) {
        kept.truncate(kept.len().saturating_sub(length));
        legal_form = legal_form.or(Some(form));
    }
    if let [first, rest @ ..] = kept.as_slice()
        && !rest.is_empty()
    {
        if BEFORE.contains(first) {
            legal_form = legal_form.or(FORMS.get(first).copied());
            kept.remove(0);
        } else if *first == "the" {
            kept.remove(0);
        }
    }
    CompanyName { core: kept.join(" "), legal_form }
}

/// The longest form at the end that leaves a word before it: (its words, its one spelling).
fn form_at_end(kept: &[&str]) -> Option<(usize, &'static str)> {
    let most = kept.len().saturating_sub(1).min(WORDS_MAX);
    (1..=most).rev().find_map(|length| {
        let end = kept.get(kept.len().saturating_sub(length)..)?;
        let form =
            if let [word] = end { FORMS.get(word) } else { FORMS.get(end.join(" ").as_str()) };
        form.map(|form| (length, *form))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, core: &str, legal_form: Option<&str>) {
        let got = company_name(name);
        assert_eq!((got.core.as_str(), got.legal_form), (core, legal_form), "{name}");
    }

    #[test]
    fn the_legal_form_is_kept_apart() {
        check("Acme, Inc.", "acme", Some("inc"));
        check("ACME GmbH", "acme", Some("gmbh"));
        check("The Acme Company Ltd", "acme", Some("ltd"));
        check("Acme S.A.", "acme", Some("sa"));
        check("Acme Holding GmbH & Co. KG", "acme holding", Some("gmbhcokg"));
        check("OOO Romashka", "romashka", Some("ooo"));
        check("Smith & Sons", "smith and sons", None);
        check("Limited", "limited", None);
        check("The Inc", "the", Some("inc"));
        check("", "", None);
    }
}
