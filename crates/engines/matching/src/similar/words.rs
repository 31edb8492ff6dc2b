//! How much of what two texts say they have in common, word by word.

use std::cmp::Ordering;

use super::Jaro;
use crate::limits::WORDS_MAX;
use crate::table::Words;

/// The words of one text with the table that weighs them.
#[derive(Clone, Copy)]
pub(crate) struct Weighed<'t> {
    pub(crate) words: &'t Words,
    /// Ascending, each once.
    pub(crate) numbers: &'t [u32],
}

/// What two texts have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Common {
    /// The weight of common words over that of all words of both (Dice), 0 to 1.
    pub(crate) share: f64,
    /// All words of the one that has fewer are in the other, which has more.
    pub(crate) contained: bool,
}

impl Common {
    /// Nothing is in common.
    pub(crate) const NONE: Self = Self { share: 0.0, contained: false };
}

/// Similarity from which two words are slips of one.
const SLIP: f64 = 0.92;
/// A word that others may begin with has this many letters at least.
const START_LETTERS: usize = 4;

/// Compares the words of two texts. Words that are equal count in full; of those left, a word that begins
/// with another or nearly is it counts by nine tenths.
pub(crate) fn common_words(a: Weighed<'_>, b: Weighed<'_>, jaro: &mut Jaro) -> Common {
    // The same pairs of words are found whichever text comes first.
    let order = (a.numbers.len(), a.numbers) <= (b.numbers.len(), b.numbers);
    let (a, b) = if order { (a, b) } else { (b, a) };
    let words = a.words;
    let all = sum(a) + sum(b);
    let (mut common, mut equal) = (0.0, 0_usize);
    let (mut left_a, mut left_b) = (Few::new(), Few::new());
    let (mut rest_a, mut rest_b) = (a.numbers, b.numbers);
    while let ([x, more_a @ ..], [y, more_b @ ..]) = (rest_a, rest_b) {
        match x.cmp(y) {
            Ordering::Equal => {
                common += words.weight(*x);
                equal = equal.saturating_add(1);
                (rest_a, rest_b) = (more_a, more_b);
            }
            Ordering::Less => {
                left_a.push(*x);
                rest_a = more_a;
            }
            Ordering::Greater => {
                left_b.push(*y);
                rest_b = more_b;
            }
        }
    }
    for x in rest_a {
        left_a.push(*x);
    }
    for y in rest_b {
        left_b.push(*y);
    }
    let mut open = left_a.count;
    for x in left_a.iter() {
        let near = left_b.iter_mut().find(|y| is_near(words.text(x), words.text(**y), jaro));
        if let Some(y) = near {
            common += 0.9 * words.weight(x).min(words.weight(*y));
            *y = 0;
            open = open.saturating_sub(1);
        }
    }
    let share = if all > 0.0 { 2.0 * common / all } else { 0.0 };
    let contained = open == 0 && equal > 0 && a.numbers.len() < b.numbers.len();
    Common { share, contained }
}

fn is_near(a: &str, b: &str, jaro: &mut Jaro) -> bool {
    if a.is_empty() || b.is_empty() || a.as_bytes().first() != b.as_bytes().first() {
        return false;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // Numbers that look alike are different numbers.
    if short.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    (short.len() >= START_LETTERS && long.starts_with(short)) || jaro.winkler(a, b, SLIP) >= SLIP
}

fn sum(words: Weighed<'_>) -> f64 {
    words.numbers.iter().map(|word| words.words.weight(*word)).sum()
}

/// At most as many words as are looked at, without asking for memory.
struct Few {
    words: [u32; WORDS_MAX],
    count: usize,
}

impl Few {
    fn new() -> Self {
        Self { words: [0; WORDS_MAX], count: 0 }
    }

    fn push(&mut self, word: u32) {
        if let Some(place) = self.words.get_mut(self.count) {
            *place = word;
            self.count = self.count.saturating_add(1);
        }
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        self.words.iter().take(self.count).copied()
    }

    fn iter_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        self.words.iter_mut().take(self.count)
    }
}
