//! Texts that are long and yet guessed at once: repeats, sequences, walks over the keyboard.

/// Keys that lie side by side, on the keyboards most people have (QWERTY, QWERTZ, AZERTY): rows,
/// columns and zigzags.
const WALKS: [&str; 16] = [
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
    "qawsedrftgyhujikolp",
    "azsxdcfvgbhnjmk",
    "1qaz",
    "2wsx",
    "3edc4rfv5tgb6yhn7ujm",
    "!@#$%^&*()",
];

/// Fewer different characters than this make no password.
const DISTINCT_MIN: usize = 5;
/// A text of no more runs than this is predictable.
const RUNS_MAX: usize = 4;

/// Whether a lower-case text repeats itself, has next to no different characters, or is made of a
/// few sequences (`abcd`, `4321`, `qwert`, `aaaa`).
pub(super) fn is_predictable(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let mut distinct = characters.clone();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() < DISTINCT_MIN || repeats(&characters) || runs(&characters) <= RUNS_MAX
}

/// Whether a text of any length is one run or empty.
pub(super) fn is_one_run(text: &str) -> bool {
    runs(&text.chars().collect::<Vec<_>>()) <= 1
}

/// Whether the text is its own beginning, twice or more; the last time may be cut short.
fn repeats(characters: &[char]) -> bool {
    let half = characters.len() / 2;
    (1..=half).any(|period| {
        let later = characters.iter().skip(period);
        later.zip(characters).all(|(later, earlier)| later == earlier)
    })
}

/// How many runs the text falls into: a run goes on while each character lies beside the one before.
fn runs(characters: &[char]) -> usize {
    let breaks = characters.windows(2).filter(|pair| match pair {
        [from, to] => !is_beside(*from, *to),
        _ => false,
    });
    breaks.count().saturating_add(usize::from(!characters.is_empty()))
}

/// Whether two characters are the same, neighbours in the alphabet, or on the keyboard.
fn is_beside(from: char, to: char) -> bool {
    u32::from(from).abs_diff(u32::from(to)) <= 1
        || WALKS.iter().any(|walk| {
            let mut keys = walk.chars().zip(walk.chars().skip(1));
            keys.any(|pair| pair == (from, to) || pair == (to, from))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_predictable(text), expected, "{text}");
    }

    #[test]
    fn predictable() {
        for text in [
            "aaaaaaaaaaaa",
            "123456789012",
            "abcdefghijkl",
            "zyxwvutsrqpo",
            "qwertyuiop12",
            "1qaz2wsx3edc",
            "1q2w3e4r5t6y",
            "monkeymonkey",
            "dragondragondrag",
            "121212343434",
            "aaaabbbbccccdddd",
            "poiuytrewq0987",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn not_predictable() {
        for text in [
            "correct horse",
            "we were poor there",
            "tr0ub4dor&3xyz",
            "приветмойдруг",
            "hyfl4qf9zc2w",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn runs_are_counted() {
        let count = |text: &str| runs(&text.chars().collect::<Vec<_>>());
        assert_eq!((count(""), count("x"), count("xk"), count("abc321")), (0, 1, 2, 2));
        assert!(is_one_run("") && is_one_run("2345") && !is_one_run("2024"));
    }
}
