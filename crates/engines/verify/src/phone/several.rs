//! Two numbers in one cell.

use super::cell::digit_count;

/// Digits on each side of a separator, so that `030/123456` stays whole.
const DIGITS_MIN: usize = 7;
/// Digits of a first number with its country code, so that `+49 (0) 33203 / 1234567` stays whole.
const INTERNATIONAL_DIGITS_MIN: usize = 9;
/// What follows a number without being one (RFC 3966 §5, and the ways to write extensions).
const PARAMETERS: [&str; 4] = ["ext", "x", "phone-context", "isub"];
/// Digits of another ending: `030 1234567/68`.
const ENDING_DIGITS_MAX: usize = 3;

/// The first number and what follows the separator.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    const SEPARATORS: [&str; 13] = [
        " or ", " and ", " oder ", " und ", " ou ", " et ", " / ", "/", ";", "|", ",", "\n", " & ",
    ];
    let parted = SEPARATORS.into_iter().find_map(|separator| {
        text.split_once(separator).filter(|(first, rest)| are_numbers(first, rest))
    });
    parted.or_else(|| second_plus(text)).or_else(|| other_ending(text))
}

fn are_numbers(first: &str, rest: &str) -> bool {
    let rest_is_parameter = {
        let rest = rest.trim_start().to_ascii_lowercase();
        PARAMETERS.iter().any(|word| rest.starts_with(word))
    };
    is_first(first) && digit_count(rest) >= DIGITS_MIN && !rest_is_parameter
}

fn is_first(text: &str) -> bool {
    let international = text.starts_with('+') || text.starts_with("00");
    let least = if international { INTERNATIONAL_DIGITS_MIN } else { DIGITS_MIN };
    digit_count(text) - text.matches("(0)").count() >= least
}

/// `+44 20 7946 0958 +44 20 7946 0959`.
fn second_plus(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind('+').filter(|at| *at > 0)?;
    let (first, rest) = text.split_at_checked(at)?;
    // A parameter of a link has one too: `;phone-context=+1`.
    (are_numbers(first, rest) && !first.ends_with('=')).then_some((first, rest))
}

/// `030 1234567/68`: the same number with another ending.
fn other_ending(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text.rsplit_once('/')?;
    let ending = rest.trim();
    let short = (1..=ENDING_DIGITS_MAX).contains(&ending.len());
    (is_first(first) && short && digit_count(ending) == ending.len()).then_some((first, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (text, first, rest) in [
            ("020 7946 0958 or 020 7946 0959", "020 7946 0958", "020 7946 0959"),
            ("020 7946 0958;020 7946 0959", "020 7946 0958", "020 7946 0959"),
            ("+44 20 7946 0958 +44 20 7946 0959", "+44 20 7946 0958 ", "+44 20 7946 0959"),
            ("030 1234567/68", "030 1234567", "68"),
        ] {
            assert_eq!(split(text), Some((first, rest)), "{text}");
        }
        for text in [
            "030/123456",
            "+49 2131/12345",
            "+49 (0) 33203 / 1234567",
            "020 7946 0958 ; ext=1234567",
            "863-1234;phone-context=+1-914-555",
            "020 7946 0958 ext 1234",
            "+1 (504) 621-8927",
            "",
            "/",
            "+",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
