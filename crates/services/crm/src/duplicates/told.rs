//! What comparisons say, in words.

use captely_matching::{Explanation, ExplanationPart};

use super::PairPart;

/// Bits from which on something speaks strongly.
const STRONG_BITS: f64 = 6.0;
/// Bits up to which something hardly says anything.
const FAINT_BITS: f64 = 0.5;
/// Bits of rarity from which on a value is called rare or common.
const RARE_BITS: f64 = 2.0;

/// The parts of an explanation.
pub(super) fn parts(explanation: Explanation) -> Vec<PairPart> {
    explanation.parts.into_iter().map(part).collect()
}

fn part(part: ExplanationPart) -> PairPart {
    let how = how(&part);
    let weight = match part.bits {
        bits if bits.abs() < FAINT_BITS => "says little",
        bits if bits >= STRONG_BITS => "speaks strongly for one person",
        bits if bits > 0.0 => "speaks for one person",
        bits if bits <= -STRONG_BITS => "speaks strongly for two people",
        _ => "speaks for two people",
    };
    let rarity = match part.rarity_bits {
        bits if bits >= RARE_BITS => ", and rare",
        bits if bits <= -RARE_BITS => ", but common",
        _ => "",
    };
    let says = format!("{how}{rarity}: {weight}");
    let weight = hundredths(part.bits);
    PairPart { name: part.name, field: part.field, a: part.a, b: part.b, weight, says }
}

fn how(part: &ExplanationPart) -> &'static str {
    use captely_matching::Test;
    match part.level {
        None => "different",
        Some(Test::Exact | Test::Within(_)) => "equal",
        Some(Test::Nickname) => "short for each other",
        Some(Test::Initial) => "an initial of the other",
        Some(Test::Swapped(_)) => "in each other's place",
        Some(Test::Edits(_)) => "a slip of the keyboard apart",
        Some(Test::Contained) => "one in the other",
        Some(Test::LocalPart) => "equal before the @",
        Some(Test::Turned) => "day and month exchanged",
        Some(Test::Start(_) | Test::End(_) | Test::FirstNumber) => "equal in part",
        Some(Test::JaroWinkler(_) | Test::Words(_)) => "alike",
    }
}

/// Of a number of at most a few thousand.
fn hundredths(bits: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, clippy::as_conversions, reason = "clamped")]
    let whole = (bits * 100.0).round().clamp(-1e9, 1e9) as i64;
    whole
}

/// A probability in millionths.
pub(super) fn millionths(probability: f64) -> i64 {
    hundredths(probability.clamp(0.0, 1.0) * 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_become_whole_numbers() {
        for (given, expected) in
            [(0.0, 0), (0.5, 500_000), (0.999_999_9, 1_000_000), (2.0, 1_000_000)]
        {
            assert_eq!(millionths(given), expected);
        }
        assert_eq!(hundredths(-8.126), -813);
    }
}
