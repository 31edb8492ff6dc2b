use std::collections::{HashMap, HashSet};
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

/// The last words of all forms.
static ENDINGS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| FORMS.keys().filter_map(|form| form.rsplit(' ').next()).collect());
/// The most legal forms that are taken off the end of one written name.
const FORMS_MAX: usize = 8;
/// Blanks and commas in the longest written form, with some to spare.
const FORM_BLANKS_MAX: usize = 8;

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

/// A company's name and its legal form as they are written: `Acme Holding GmbH & Co. KG` → `Acme Holding`,
/// `GmbH & Co. KG`. A form before the name is left there, and so is a `Company` or `Co.`, which people say
/// with the name.
///
/// No more than [`FORMS_MAX`] forms are taken off; what is before them stays as it is.
pub fn written_company(name: &str) -> (&str, Option<&str>) {
    let (mut left, mut last) = (name.trim(), None);
    for _ in 0..FORMS_MAX {
        let Some((before, form)) = without_form(left) else { break };
        // `Acme GmbH, Ltd`: the last form is the company's, as in `company_name`.
        left = before.trim();
        last = last.or(Some(form));
    }
    (left, last)
}

/// A name and the form behind it, where there is one.
fn without_form(name: &str) -> Option<(&str, &str)> {
    let last = name.rsplit(|c: char| c.is_whitespace() || c == ',').next().unwrap_or_default();
    // Most names end in no word that ends a form.
    if !ENDINGS.contains(fold_words(last.trim_matches(['(', ')'])).as_str()) {
        return None;
    }
    let begins = |(at, c): (usize, char)| (c.is_whitespace() || c == ',').then_some(at);
    let blanks: Vec<usize> =
        name.char_indices().rev().filter_map(begins).take(FORM_BLANKS_MAX).collect();
    blanks.into_iter().rev().find_map(|at| {
        let (before, form) = name.split_at_checked(at)?;
        let before = before.trim_end_matches(|c: char| c.is_whitespace() || ",-–".contains(c));
        let form = form.trim_matches(|c: char| c.is_whitespace() || c == ',');
        let folded = fold_words(form);
        // What an `&` joins is the name's: `Mills & Co. Ltd`.
        let joined = before.ends_with(['&', '+']);
        let is_form = !joined
            && FORMS.contains_key(folded.as_str())
            && !said(&folded)
            && !fold_words(before).is_empty();
        is_form.then_some((before, form))
    })
}

/// Words that write a legal form and that people say with the name nevertheless.
fn said(folded: &str) -> bool {
    matches!(folded, "company" | "co" | "and co" | "and company")
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

    #[test]
    fn the_written_name_keeps_its_letters() {
        for (name, core, form) in [
            ("Acme, Inc.", "Acme", Some("Inc.")),
            ("ACME GmbH", "ACME", Some("GmbH")),
            (" Acme Holding GmbH & Co. KG ", "Acme Holding", Some("GmbH & Co. KG")),
            ("Acme S.A.", "Acme", Some("S.A.")),
            ("Acme (Pvt) Ltd.", "Acme", Some("(Pvt) Ltd.")),
            ("Müller AG", "Müller", Some("AG")),
            ("The Walt Example Company", "The Walt Example Company", None),
            ("Example & Co.", "Example & Co.", None),
            ("Example & Co. Ltd.", "Example & Co.", Some("Ltd.")),
            ("Example Co., Ltd.", "Example", Some("Co., Ltd.")),
            ("Smith & Sons", "Smith & Sons", None),
            ("Limited", "Limited", None),
            ("Acme GmbH, Ltd", "Acme", Some("Ltd")),
            ("株式会社例", "株式会社例", None),
            ("", "", None),
        ] {
            assert_eq!(written_company(name), (core, form), "{name}");
        }
    }

    #[test]
    fn a_name_of_forms_alone_ends() {
        let hostile = format!("Acme{}", " Ltd".repeat(200_000));
        let (left, form) = written_company(&hostile);
        assert_eq!((hostile.len() - left.len(), form), (FORMS_MAX * " Ltd".len(), Some("Ltd")));
    }
}
