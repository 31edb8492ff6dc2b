//! What a local part looks like, coarsely: a feature of the probability of delivery.

use serde::{Deserialize, Serialize};

use crate::lists::is_role;

/// The coarse shape of a local part, without its `+tag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A function: `info`, `no-reply`.
    Role,
    /// Two or more words with a dot, hyphen or underscore between them: `ada.lovelace`.
    Words,
    /// A word and a single letter so parted: `a.lovelace`, `ada_l`.
    InitialWord,
    /// One word: `ada`, `alovelace`; where one name ends and another begins is not seen.
    Word,
    /// Words of one of these shapes with digits at the end: `ada.lovelace85`.
    WordDigits,
    /// Digits alone, with signs or without.
    Digits,
    /// Nobody's name: letters and digits by turns, long runs without a vowel, hexadecimal.
    Random,
    /// Anything else.
    Other,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Role,
        Self::Words,
        Self::InitialWord,
        Self::Word,
        Self::WordDigits,
        Self::Digits,
        Self::Random,
        Self::Other,
    ];

    /// The word in files and models.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Words => "words",
            Self::InitialWord => "initial_word",
            Self::Word => "word",
            Self::WordDigits => "word_digits",
            Self::Digits => "digits",
            Self::Random => "random",
            Self::Other => "other",
        }
    }
}

/// The coarse shape of a lower-case local part.
pub fn shape(local: &str) -> Shape {
    let name = local.split('+').next().unwrap_or_default();
    if is_role(name) {
        return Shape::Role;
    }
    let name = name.trim_matches(is_sign);
    if name.is_empty() {
        return Shape::Other;
    }
    if name.chars().all(|c| is_sign(c) || c.is_ascii_digit()) {
        return Shape::Digits;
    }
    if looks_random(name) {
        return Shape::Random;
    }
    let words = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(is_sign);
    let Some(shape) = shape_of_words(words) else { return Shape::Other };
    if words.len() == name.len() { shape } else { Shape::WordDigits }
}

fn is_sign(c: char) -> bool {
    matches!(c, '.' | '_' | '-')
}

/// The shape of letters and signs alone.
fn shape_of_words(words: &str) -> Option<Shape> {
    let (mut parts, mut single) = (0_u32, false);
    for part in words.split(is_sign) {
        if part.is_empty() || !part.chars().all(|c| c.is_alphabetic() || c == '\'') {
            return None;
        }
        single |= part.chars().count() == 1;
        parts = parts.saturating_add(1);
    }
    Some(match (parts, single) {
        (1, _) => Shape::Word,
        (2, true) => Shape::InitialWord,
        _ => Shape::Words,
    })
}

/// Changes between letters and digits inside one part that no name has.
const TURNS_MIN: u32 = 3;
/// Consonants in a row that no name has: `Schwartz` has four, `Hirschsprung` six.
const CONSONANTS_MIN: u32 = 7;
/// Letters of a part that has no vowel at all: `Brynn` has five with its y, which counts as one.
const NO_VOWEL_MIN: u32 = 6;
/// Digits and letters a to f alone, with some of both: a key, not a name.
const HEX_MIN: usize = 12;

fn looks_random(name: &str) -> bool {
    if !name.is_ascii() {
        return false;
    }
    name.split(is_sign).any(|part| {
        let bytes = part.as_bytes();
        let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
        let hex = bytes.iter().all(u8::is_ascii_hexdigit);
        if hex && bytes.len() >= HEX_MIN && digits > 0 && digits < bytes.len() {
            return true;
        }
        let turns = bytes.windows(2).filter(|pair| is_turn(pair)).count();
        let (longest, letters, vowels) = consonants(bytes);
        u32::try_from(turns).is_ok_and(|turns| turns >= TURNS_MIN)
            || longest >= CONSONANTS_MIN
            || (vowels == 0 && letters >= NO_VOWEL_MIN)
    })
}

fn is_turn(pair: &[u8]) -> bool {
    matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit())
}

/// The longest run of consonants, letters and vowels of a part.
fn consonants(part: &[u8]) -> (u32, u32, u32) {
    let (mut run, mut longest, mut letters, mut vowels) = (0_u32, 0_u32, 0_u32, 0_u32);
    for byte in part {
        if !byte.is_ascii_alphabetic() {
            run = 0;
            continue;
        }
        letters = letters.saturating_add(1);
        if matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y') {
            vowels = vowels.saturating_add(1);
            run = 0;
        } else {
            run = run.saturating_add(1);
            longest = longest.max(run);
        }
    }
    (longest, letters, vowels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (local, expected) in [
            ("info", Shape::Role),
            ("no-reply", Shape::Role),
            ("support+eu", Shape::Role),
            ("ada.lovelace", Shape::Words),
            ("ada_augusta-lovelace", Shape::Words),
            ("a.lovelace+news", Shape::InitialWord),
            ("ada.l", Shape::InitialWord),
            ("alovelace", Shape::Word),
            ("schwartz", Shape::Word),
            ("o'brien", Shape::Word),
            ("josé", Shape::Word),
            ("иван.петров", Shape::Words),
            ("ada.lovelace85", Shape::WordDigits),
            ("ada.1985", Shape::WordDigits),
            ("19851210", Shape::Digits),
            ("555-0199", Shape::Digits),
            ("x7f3k9q2", Shape::Random),
            ("qwrtzpsdf", Shape::Random),
            ("5f4dcc3b5aa765d6", Shape::Random),
            ("ada=acme.com", Shape::Other),
            ("", Shape::Other),
            ("_", Shape::Other),
            ("+tag", Shape::Other),
        ] {
            assert_eq!(shape(local), expected, "{local}");
        }
    }
}
