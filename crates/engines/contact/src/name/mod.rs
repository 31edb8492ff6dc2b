//! Names of people: `parts` takes them apart, `asides` leaves out what is no name, `script` knows where the
//! family comes first, `case` gives back lost capitals.

mod asides;
mod case;
mod parts;
mod script;

pub use case::name_case;
pub use parts::{NameParts, name_parts, name_parts_of};

/// Particles that belong to the family name that follows them.
const PARTICLES: [&str; 22] = [
    "van", "von", "de", "der", "den", "del", "della", "di", "da", "do", "dos", "du", "la", "le",
    "el", "al", "bin", "ibn", "ten", "ter", "zu", "st.",
];
/// Titles before a name that are no part of it, without dots and hyphens.
const HONORIFICS: [&str; 17] = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "frau", "dipling", "mme", "mlle",
    "sra", "srta", "dott", "dottssa",
];
/// What follows a name and is no part of it.
const SUFFIXES: [&str; 27] = [
    "jr", "sr", "ii", "iii", "iv", "phd", "md", "mba", "cpa", "esq", "pmp", "cfa", "msc", "bsc",
    "dds", "rn", "llm", "mph", "dba", "cissp", "cisa", "csm", "sphr", "phr", "shrmcp", "shrmscp",
    "acca",
];
/// Titles before a name that are names too (`Eng`, `Ing`, `Mag`): they count where they are written as titles,
/// or behind another one.
const HONORIFICS_OR_NAMES: [&str; 7] = ["rev", "med", "hc", "ing", "mag", "eng", "capt"];
/// The same behind a name: `MEng` and the family `Meng`.
const SUFFIXES_OR_NAMES: [&str; 1] = ["meng"];

/// Whether a word, folded by [`fold`], is a title or degree beside a name and never a name itself: `dr`, `mba`.
pub fn is_title_word(folded: &str) -> bool {
    HONORIFICS.contains(&folded) || SUFFIXES.contains(&folded)
}

/// Given and family part as one name, in the order of its script: `Ada Lovelace`, `王小明`.
pub fn join_full_name(first: &str, last: &str) -> String {
    let (first, last) = (first.trim(), last.trim());
    if script::is_family_first(first) && script::is_family_first(last) {
        return format!("{last}{first}");
    }
    format!("{first} {last}").trim().to_owned()
}

/// A name as it would be written in an address or compared: lower case, marks folded to plain
/// letters (`Müller` → `muller`, `Øystein` → `oystein`), everything but `a-z` and `0-9` left out.
///
/// A letter with no plain form (another script) is left out; an empty answer means that the name
/// cannot be spelt in plain letters here.
pub fn fold(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            _ => out.push_str(plain(c)),
        }
    }
    out
}

/// The plain letters of a Latin letter with marks; empty for all else.
fn plain(c: char) -> &'static str {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ậ' => {
            "a"
        }
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẽ' | 'ế' | 'ề' | 'ệ' => {
            "e"
        }
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ị' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ' | 'ố' | 'ồ' | 'ộ' => {
            "o"
        }
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(full: &str, first: &str, last: &str) {
        let parts = name_parts(full);
        assert_eq!((parts.first.as_str(), parts.last.as_str()), (first, last), "name: {full:?}");
    }

    #[test]
    fn full_names_split() {
        check("Ada Lovelace", "Ada", "Lovelace");
        check("Ludwig van Beethoven", "Ludwig", "van Beethoven");
        check("Mary Jane Watson", "Mary Jane", "Watson");
        check("Dr. Asha Rao, MBA", "Asha", "Rao");
        check("Rao, Asha", "Asha", "Rao");
        check("Cher", "Cher", "");
        check("  ", "", "");
        check("de", "de", "");
        check("José Ortega y Gasset", "José", "Ortega y Gasset");
        check("王小明", "小明", "王");
        check("欧阳娜娜", "娜娜", "欧阳");
        check("山田 太郎", "太郎", "山田");
        check("김민수", "민수", "김");
        check("長谷川健太", "長谷川健太", "");
    }

    #[test]
    fn parts_are_joined_by_their_script() {
        assert_eq!(join_full_name("Ada", "Lovelace"), "Ada Lovelace");
        assert_eq!(join_full_name("小明", "王"), "王小明");
        assert_eq!(join_full_name("Ada", ""), "Ada");
        assert_eq!(join_full_name("", " Example "), "Example");
    }

    #[test]
    fn names_fold_to_plain_letters() {
        for (name, folded) in [
            ("Müller", "muller"),
            ("O'Brien", "obrien"),
            ("Jean-Luc", "jeanluc"),
            ("Łukasz", "lukasz"),
            ("Weiß", "weiss"),
            ("王", ""),
        ] {
            assert_eq!(fold(name), folded, "{name}");
        }
    }
}
