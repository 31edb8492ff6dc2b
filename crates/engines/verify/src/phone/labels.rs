//! Words that stand behind a number.

use super::cell::digit_count;

/// Digits before a word, so that the letters of `1-800-FLOWERS` stay part of the number.
const DIGITS_MIN: usize = 7;
/// Digits behind which letters are never part of the number.
const WHOLE_DIGITS_MIN: usize = 10;
const EXTENSION_DIGITS_MAX: usize = 9;
/// What stands between a number and a word.
const BETWEEN: [char; 6] = [' ', '-', ',', ':', '(', '–'];

/// Words before an extension, in lower case, beyond those that libphonenumber knows (`ext`, `x`, `#`,
/// `int`, `доб`, `anexo`, `;ext=`, `,`).
const EXTENSION: [&str; 26] = [
    "anknytning",
    "ankn",
    "apparat",
    "app",
    "dahili",
    "durchwahl",
    "dw",
    "extension",
    "extensión",
    "interno",
    "klapka",
    "linka",
    "mellék",
    "nebenstelle",
    "nst",
    "poste",
    "ramal",
    "toestel",
    "tst",
    "wew",
    "wewn",
    "внутр",
    "内線",
    "分机",
    "分機",
    "내선",
];

/// Words that say which of somebody's numbers it is, in lower case.
const KINDS: [&str; 45] = [
    "bureau",
    "büro",
    "casa",
    "cel",
    "cell",
    "celular",
    "cellulare",
    "direct",
    "domicile",
    "fax",
    "festnetz",
    "fijo",
    "fixe",
    "handy",
    "home",
    "hq",
    "kantoor",
    "landline",
    "main",
    "mob",
    "mobil",
    "mobile",
    "mobiel",
    "mobilnummer",
    "móvil",
    "movil",
    "oficina",
    "office",
    "personal",
    "phone",
    "portable",
    "privat",
    "private",
    "standard",
    "switchboard",
    "tel",
    "telefon",
    "telephone",
    "trabajo",
    "ufficio",
    "wa",
    "whatsapp",
    "work",
    "zentrale",
    "моб",
];

/// The text without a word behind the number: `020 7946 0958 (mobile)`, `020 7946 0958 office`.
pub(super) fn without_word(text: &str) -> Option<(&str, &'static str)> {
    const NOTE: &str = "a word behind the number was removed";
    let in_brackets = text.strip_suffix(')').and_then(|inner| inner.rsplit_once('('));
    if let Some((number, word)) = in_brackets
        && is_long(number)
        && word.chars().all(|c| c.is_alphabetic() || c == ' ')
    {
        return Some((number, NOTE));
    }
    behind_whole(text).or_else(|| known_word(text)).map(|number| (number, NOTE))
}

/// `504-621-8927 ask for Ada`: letters behind so many digits spell no number.
fn behind_whole(text: &str) -> Option<&str> {
    let (number, words) = text.split_at_checked(text.find(char::is_alphabetic)?)?;
    let no_digits = !words.contains(|c: char| c.is_ascii_digit());
    (no_digits && digit_count(number) >= WHOLE_DIGITS_MIN).then(|| number.trim_end_matches(BETWEEN))
}

fn known_word(text: &str) -> Option<&str> {
    let number = text.trim_end_matches('.').trim_end_matches(char::is_alphabetic);
    let word = text.get(number.len()..)?.trim_end_matches('.').to_lowercase();
    let number = number.trim_end_matches(BETWEEN);
    let ends_in_digit = number.ends_with(|c: char| c.is_ascii_digit() || c == ')');
    (KINDS.contains(&word.as_str()) && ends_in_digit && is_long(number)).then_some(number)
}

/// The text with its extension written as libphonenumber reads it (`;ext=`, RFC 3966 §5.3), where a word
/// stands before it that the library does not know.
pub(super) fn with_plain_extension(text: &str) -> Option<String> {
    let bare = text.trim_end_matches([')', ']', '.', ' ']);
    let before = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let extension = bare.get(before.len()..)?;
    if !(1..=EXTENSION_DIGITS_MAX).contains(&extension.len()) {
        return None;
    }
    let before = before.trim_end_matches([' ', '.', ':', '#', '-', '–']);
    let number = before.trim_end_matches(char::is_alphabetic);
    let word = before.get(number.len()..)?.to_lowercase();
    let number = number.trim_end_matches([' ', '(', '[', ',', '-', '–', '/', '.']);
    (EXTENSION.contains(&word.as_str()) && is_long(number))
        .then(|| format!("{number};ext={extension}"))
}

fn is_long(number: &str) -> bool {
    digit_count(number) >= DIGITS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_behind() {
        for text in [
            "020 7946 0958 (mobile)",
            "020 7946 0958 (work mobile)",
            "020 7946 0958 Office",
            "020 7946 0958, tel.",
            "020 7946 0958(Büro)",
            "020 7946 0958 ask for Ada",
        ] {
            assert_eq!(
                without_word(text).map(|(number, _)| number.trim()),
                Some("020 7946 0958"),
                "{text}"
            );
        }
        for text in [
            "1-800-CALL-HOME",
            "1-800-FLOWERS",
            "1-888-444-HELP",
            "(mobile)",
            "020 7946 0958 (ext 4)",
            "020 7946 0958",
            "",
        ] {
            assert_eq!(without_word(text), None, "{text}");
        }
    }

    #[test]
    fn extensions() {
        for text in [
            "030 1234567 Durchwahl 42",
            "030 1234567 DW: 42",
            "030 1234567 (poste 42)",
            "030 1234567, ramal 42",
            "030 1234567 内線42",
            "030 1234567 - wew. 42",
        ] {
            assert_eq!(with_plain_extension(text).as_deref(), Some("030 1234567;ext=42"), "{text}");
        }
        for text in ["030 1234567", "1-800-DW 42", "42", "", "030 1234567 gate 42"] {
            assert_eq!(with_plain_extension(text), None, "{text}");
        }
    }
}
