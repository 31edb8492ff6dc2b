//! Given and family names per country: common names, combined at random; no real persons.

mod europe;
mod world;

use captely_contact::fold;

use crate::chance;

/// The name list of one country. Given names alternate woman, man. A word is `latin` or
/// `latin=native script`; words are separated by blanks, a blank inside a name is written `_`.
pub(crate) struct NameList {
    /// ISO code of the country.
    code: &'static str,
    given: &'static str,
    family: &'static str,
    /// Share of people with two family names, in thousandths.
    double_permille: u32,
}

/// One given or family name in all its spellings.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// In Latin letters, with its marks: `Müller`.
    pub(crate) latin: String,
    /// In the country's own script, empty where that is Latin.
    pub(crate) native: String,
    /// `muller`.
    pub(crate) folded: String,
    /// `mueller`: the German and Nordic way to spell marks out; equal to `folded` elsewhere.
    pub(crate) expanded: String,
}

impl Name {
    fn read(word: &str) -> Self {
        let word = word.replace('_', " ");
        let (latin, native) = word.split_once('=').unwrap_or((&word, ""));
        Self {
            latin: latin.to_owned(),
            native: native.to_owned(),
            folded: fold(latin),
            expanded: expand(latin),
        }
    }

    /// Whether a text of [`spelling`] means this name.
    pub(crate) fn is_spelt(&self, text: &str) -> bool {
        let native = || self.native.chars().flat_map(char::to_lowercase);
        text == self.folded
            || text == self.expanded
            || (!text.is_empty() && text.chars().eq(native()))
    }
}

/// A name folded for comparison: plain letters, or the text itself where it has none.
pub(crate) fn spelling(text: &str) -> String {
    let folded = fold(text);
    if folded.is_empty() { text.trim().to_lowercase() } else { folded }
}

/// Plain letters with the marks spelt out: `Müller` → `mueller`, `Øst` → `oest`, `Ångström` → `aangstroem`.
pub(crate) fn expand(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' | 'ø' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'å' => out.push_str("aa"),
            _ => out.push(c),
        }
    }
    fold(&out)
}

/// All lists, read once.
#[derive(Debug)]
pub(crate) struct NameTable {
    cultures: Vec<Culture>,
}

#[derive(Debug)]
pub(crate) struct Culture {
    code: &'static str,
    pub(crate) given: Vec<Name>,
    pub(crate) family: Vec<Name>,
    pub(crate) double_permille: u32,
}

impl NameTable {
    pub(crate) fn new() -> Self {
        let read = |list: &NameList| Culture {
            code: list.code,
            given: list.given.split_whitespace().map(Name::read).collect(),
            family: list.family.split_whitespace().map(Name::read).collect(),
            double_permille: list.double_permille,
        };
        Self { cultures: europe::LISTS.iter().chain(&world::LISTS).map(read).collect() }
    }

    /// The names of a country; the first list for a country that has none.
    pub(crate) fn of(&self, code: &str) -> Option<&Culture> {
        self.cultures.iter().find(|c| c.code == code).or_else(|| self.cultures.first())
    }

    /// Any country's names.
    pub(crate) fn any(&self, draw: u64) -> Option<&Culture> {
        self.cultures.get(chance::index(draw, self.cultures.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::countries::COUNTRIES;

    #[test]
    fn every_country_has_names_that_fold() {
        let table = NameTable::new();
        for country in &COUNTRIES {
            let culture = table.cultures.iter().find(|c| c.code == country.code);
            let culture = culture.unwrap_or_else(|| panic!("{} has no names", country.code));
            assert!(culture.given.len() >= 20 && culture.family.len() >= 20, "{}", country.code);
            for name in culture.given.iter().chain(&culture.family) {
                assert!(!name.folded.is_empty(), "{name:?}");
            }
        }
    }

    #[test]
    fn spellings_of_one_name() {
        let name = Name::read("Müller");
        for text in ["MULLER", "Mueller", "Müller"] {
            assert!(name.is_spelt(&spelling(text)), "{text}");
        }
        assert!(Name::read("Sato=佐藤").is_spelt(&spelling(" 佐藤 ")));
        assert!(!Name::read("Sato").is_spelt(""));
    }
}
