use super::asides::without_asides;
use super::{
    HONORIFICS, HONORIFICS_OR_NAMES, PARTICLES, SUFFIXES, SUFFIXES_OR_NAMES, case, script,
};

/// A person's name taken apart. A part that is not there is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameParts {
    /// What is said to a person before the name: `Dr.`.
    pub prefix: String,
    /// Given name.
    pub first: String,
    /// Family name, with the particles that belong to it.
    pub last: String,
    /// What follows a name: `MBA`, `Jr.`.
    pub suffix: String,
}

/// Takes a full name apart: `Dr. Ludwig van Beethoven, MBA` → `Dr.`, `Ludwig`, `van Beethoven`, `MBA`.
///
/// `Last, First` is turned round; one word is a given name, or the family name behind a title. `Ortega y
/// Gasset` is one family name. In Chinese characters, kana and hangul the family comes first: `王小明` →
/// `小明`, `王`. Emoji, what stands in parentheses (`(she/her)`) or quotes and what follows a bar
/// are left out, unless nothing else is there.
pub fn name_parts(full: &str) -> NameParts {
    let plain = without_asides(full);
    let full = plain.as_deref().unwrap_or(full).trim();
    if script::is_family_first(full) {
        let (first, last) = script::split(full);
        return NameParts { first, last, ..NameParts::default() };
    }
    let mut segments: Vec<&str> =
        full.split(',').map(str::trim).filter(|s| !s.is_empty()).collect();
    let mut suffixes: Vec<&str> = Vec::new();
    while segments.len() > 1
        && let Some(last) = segments.last()
        && last.split_whitespace().all(is_suffix)
    {
        suffixes.splice(0..0, last.split_whitespace());
        segments.pop();
    }
    let mut words: Vec<&str> = match segments.as_slice() {
        // `Ada Lovelace, Analyst, London` goes on with something else than a given name.
        [name, _, _, ..] if name.contains(' ') => name.split_whitespace().collect(),
        [family, given, ..] => given.split_whitespace().chain(family.split_whitespace()).collect(),
        [name] => name.split_whitespace().collect(),
        [] => Vec::new(),
    };
    let prefix = prefix_off(&mut words, 1);
    let behind = suffix_off(&mut words);
    let suffix = [behind, suffixes.join(" ")].join(" ").trim().to_owned();
    if let ([family], false) = (words.as_slice(), prefix.is_empty()) {
        let last = (*family).to_owned();
        return NameParts { prefix, first: String::new(), last, suffix };
    }
    let (first, last) = words.split_at(family_begins(&words));
    NameParts { prefix, first: first.join(" "), last: last.join(" "), suffix }
}

/// The same where given and family name stand apart already: titles before the one and behind the other
/// are no part of them.
pub fn name_parts_of(first: &str, last: &str) -> NameParts {
    let plain_first = without_asides(first);
    let first = plain_first.as_deref().unwrap_or(first).trim();
    let plain_last = without_asides(last);
    let last = plain_last.as_deref().unwrap_or(last).trim();
    let mut given: Vec<&str> = first.split_whitespace().collect();
    let prefix = prefix_off(&mut given, 0);
    let mut family: Vec<&str> =
        last.split([',', ' ', '\t', '\u{a0}', '\n']).filter(|w| !w.is_empty()).collect();
    let suffix = suffix_off(&mut family);
    let last = if suffix.is_empty() { last.to_owned() } else { family.join(" ") };
    NameParts { prefix, first: given.join(" "), last, suffix }
}

impl NameParts {
    /// With the letters that people write, where a part came in capitals or in small letters alone. A
    /// short part in capitals beside one that is not may be initials (`JD Smith`) and stays.
    pub fn cased(self) -> Self {
        let (first, last) = (case::one_case(&self.first), case::one_case(&self.last));
        let all_capitals = first == Some(true) && last == Some(true);
        let first = match first {
            Some(true) if case::may_be_initials(&self.first, all_capitals) => self.first,
            Some(_) => case::name_case(&self.first),
            None => self.first,
        };
        let last = match last {
            Some(true) if self.last.chars().nth(3).is_none() && !all_capitals => self.last,
            // `van Dyke` in small letters is how its bearer may write it.
            Some(false) if self.last.split(' ').next().is_some_and(is_particle) => {
                case::name_case(&format!("x {}", self.last)).split_off(2)
            }
            Some(_) => case::name_case(&self.last),
            None => self.last,
        };
        Self { first, last, ..self }
    }
}

/// Where the family name begins among the words.
fn family_begins(words: &[&str]) -> usize {
    let particle = words.iter().skip(1).position(|w| is_particle(w));
    // Spanish and Catalan families of two names: the one before the `y` belongs to them.
    let joined = || words.iter().skip(2).position(|w| matches!(*w, "y" | "i"));
    let cut = particle.or_else(joined);
    let cut = cut.map_or(words.len().saturating_sub(1).max(1), |at| at.saturating_add(1));
    cut.min(words.len())
}

/// Takes titles from the beginning, leaving `keep` words; the titles.
fn prefix_off(words: &mut Vec<&str>, keep: usize) -> String {
    let is_title = |(at, word): &(usize, &&str)| is_honorific(word, *at > 0);
    let titles = words.iter().enumerate().take_while(is_title).count();
    let titles = titles.min(words.len().saturating_sub(keep));
    if titles == 0 {
        return String::new();
    }
    words.drain(..titles).collect::<Vec<_>>().join(" ")
}

/// Takes suffixes from the end, leaving a word; the suffixes.
fn suffix_off(words: &mut Vec<&str>) -> String {
    let behind = words.iter().rev().take_while(|w| is_suffix(w)).count();
    let behind = behind.min(words.len().saturating_sub(1));
    if behind == 0 {
        return String::new();
    }
    words.split_off(words.len().saturating_sub(behind)).join(" ")
}

fn is_particle(word: &str) -> bool {
    PARTICLES.iter().any(|p| p.eq_ignore_ascii_case(word))
}

fn is_honorific(word: &str, behind_title: bool) -> bool {
    HONORIFICS.iter().any(|known| is_bare(word, known))
        || (behind_title || is_written_as_title(word))
            && HONORIFICS_OR_NAMES.iter().any(|known| is_bare(word, known))
}

fn is_suffix(word: &str) -> bool {
    SUFFIXES.iter().any(|known| is_bare(word, known))
        || is_written_as_title(word) && SUFFIXES_OR_NAMES.iter().any(|known| is_bare(word, known))
}

/// Whether a word that may be a name is written as none: `Ing.`, `M.Eng`, `MEng`.
fn is_written_as_title(word: &str) -> bool {
    let capital_within = word.chars().skip(1).any(char::is_uppercase);
    word.contains('.') || capital_within && word.chars().any(char::is_lowercase)
}

/// Whether a word is the known one, but for dots, hyphens and the size of its letters: `Ph.D.` is `phd`.
fn is_bare(word: &str, known: &str) -> bool {
    let mut letters = word.bytes().filter(|b| !b".,-".contains(b)).map(|b| b.to_ascii_lowercase());
    known.bytes().all(|b| letters.next() == Some(b)) && letters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(full: &str, expected: [&str; 4]) {
        let parts = name_parts(full);
        let got = [&parts.prefix, &parts.first, &parts.last, &parts.suffix].map(String::as_str);
        assert_eq!(got, expected, "{full:?}");
    }

    #[test]
    fn full_names_are_taken_apart() {
        check("Ada Lovelace", ["", "Ada", "Lovelace", ""]);
        check("Dr. Asha Rao, MBA", ["Dr.", "Asha", "Rao", "MBA"]);
        check("Prof. Dr. Ludwig van Beethoven", ["Prof. Dr.", "Ludwig", "van Beethoven", ""]);
        check("Rao, Asha, Ph.D., CPA", ["", "Asha", "Rao", "Ph.D. CPA"]);
        check("John Smith Jr.", ["", "John", "Smith", "Jr."]);
        check("Dr. Rao", ["Dr.", "", "Rao", ""]);
        check("Dr.", ["", "Dr.", "", ""]);
        check("Eng Lim", ["", "Eng", "Lim", ""]);
        check("Ing. Jan Novák", ["Ing.", "Jan", "Novák", ""]);
        check("Dr. med. Asha Rao", ["Dr. med.", "Asha", "Rao", ""]);
        check("Prof Dr hc Asha Rao", ["Prof Dr hc", "Asha", "Rao", ""]);
        check("Li Meng", ["", "Li", "Meng", ""]);
        check("Meng, Li", ["", "Li", "Meng", ""]);
        check("Asha Rao, MEng", ["", "Asha", "Rao", "MEng"]);
        check("Ada Lovelace (she/her) 🚀", ["", "Ada", "Lovelace", ""]);
        check("Robert “Bob” Smith | Growth", ["", "Robert", "Smith", ""]);
        check("\"Ada Lovelace\"", ["", "Ada", "Lovelace", ""]);
        check("Dr. Ada \"Lovelace, MBA", ["Dr.", "Ada", "Lovelace", "MBA"]);
        check("Ada Lovelace, Analyst, London", ["", "Ada", "Lovelace", ""]);
        check("王小明", ["", "小明", "王", ""]);
        check(", ", ["", "", "", ""]);
    }

    #[test]
    fn names_in_two_cells_lose_their_titles() {
        for (first, last, expected) in [
            ("Dr. Asha", "Rao, MBA", ["Dr.", "Asha", "Rao", "MBA"]),
            ("Dr.", "Rao", ["Dr.", "", "Rao", ""]),
            ("John", "Smith III", ["", "John", "Smith", "III"]),
            ("Mary  Jane", "van der Berg", ["", "Mary Jane", "van der Berg", ""]),
            ("", "MD", ["", "", "MD", ""]),
            ("Eng", "Lim", ["", "Eng", "Lim", ""]),
            ("Mag.", "Huber", ["Mag.", "", "Huber", ""]),
            ("\"Ada\"", "(Lovelace)", ["", "Ada", "Lovelace", ""]),
        ] {
            let parts = name_parts_of(first, last);
            let got = [&parts.prefix, &parts.first, &parts.last, &parts.suffix].map(String::as_str);
            assert_eq!(got, expected, "{first} {last}");
        }
    }

    #[test]
    fn names_get_their_letters_back() {
        for (first, last, expected) in [
            ("RONALD", "MCDONALD", ("Ronald", "McDonald")),
            ("mary-jane", "o'brien", ("Mary-Jane", "O'Brien")),
            ("Jean", "DUPONT", ("Jean", "Dupont")),
            ("JD", "Smith", ("JD", "Smith")),
            ("JD", "SMITH", ("JD", "Smith")),
            ("BO", "NG", ("Bo", "Ng")),
            ("DeShawn", "van dyke", ("DeShawn", "van Dyke")),
            ("Ada", "", ("Ada", "")),
            ("王", "小明", ("王", "小明")),
        ] {
            let parts =
                NameParts { first: first.into(), last: last.into(), ..NameParts::default() };
            let parts = parts.cased();
            assert_eq!((parts.first.as_str(), parts.last.as_str()), expected, "{first} {last}");
        }
    }
}
