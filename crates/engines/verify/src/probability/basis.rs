use captely_contact::Confidence;
use serde::{Deserialize, Serialize};

use super::Likeness;

/// As many addresses as a prior counts for: beside thousands it vanishes, beside none it is all there is.
const PRIOR_WEIGHT: u32 = 20;
/// Nothing that was not sent is certain to arrive.
const PERCENT_MAX: u64 = 99;

/// What a probability of delivery rests on.
///
/// What was counted for the verdict's code and the name's likeness is drawn towards what was counted for
/// the code alone, and that towards an estimate made by hand: few cases say little, many say all (a
/// beta-binomial with 20 cases of prior weight at each step).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// What the name looks like.
    pub likeness: Likeness,
    /// Addresses with the same code and likeness.
    pub alike: Count,
    /// Addresses with the same code.
    pub whole: Count,
    /// What is thought of the code where nothing was counted, in percent.
    pub estimate: u8,
    /// Whether it was counted in the sandbox's synthetic worlds, not in sent mail.
    pub synthetic: bool,
}

/// Addresses of which it became known whether they take mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Those that took mail.
    pub delivered: u32,
    /// All of them.
    pub seen: u32,
}

impl Basis {
    /// That a mail is delivered, at most 99 %.
    pub fn probability(&self) -> Confidence {
        let by_code = self.whole.share(u64::from(self.estimate).saturating_mul(100));
        let share = self.alike.share(by_code);
        let percent = share.saturating_add(50).div_euclid(100).min(PERCENT_MAX);
        Confidence::percent(u8::try_from(percent).unwrap_or_default())
    }

    /// One sentence for each thing that the probability rests on, the weightiest first.
    pub fn reasons(&self) -> Vec<String> {
        let told = |count: Count, what: &str| {
            let Count { delivered, seen } = count;
            let synthetic = if self.synthetic { "synthetic " } else { "" };
            format!("Of {seen} {synthetic}addresses {what}, {delivered} took mail.")
        };
        let mut reasons = Vec::new();
        if self.alike.seen > 0 {
            reasons.push(told(self.alike, &format!("with this answer and {}", self.likeness)));
        }
        if self.whole.seen > self.alike.seen {
            reasons.push(told(self.whole, "with this answer"));
        }
        if self.whole.seen < PRIOR_WEIGHT {
            let estimate = self.estimate;
            reasons
                .push(format!("Few such addresses were seen; {estimate} in 100 is an estimate."));
        }
        reasons
    }
}

impl Count {
    pub(super) const fn plus(self, more: Self) -> Self {
        Self {
            delivered: self.delivered.saturating_add(more.delivered),
            seen: self.seen.saturating_add(more.seen),
        }
    }

    /// The share that was delivered, drawn towards `prior`; both in hundredths of a percent.
    fn share(self, prior: u64) -> u64 {
        let weight = u64::from(PRIOR_WEIGHT);
        let delivered = u64::from(self.delivered).saturating_mul(10_000);
        let sum = delivered.saturating_add(prior.saturating_mul(weight));
        sum.div_euclid(u64::from(self.seen).saturating_add(weight))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;

    fn basis(alike: (u32, u32), whole: (u32, u32), estimate: u8) -> Basis {
        let count = |(delivered, seen)| Count { delivered, seen };
        let likeness = Likeness::Name(Shape::Role);
        Basis { likeness, alike: count(alike), whole: count(whole), estimate, synthetic: false }
    }

    #[track_caller]
    fn check(basis: &Basis, percent: u8) {
        assert_eq!(basis.probability().as_percent(), percent, "{basis:?}");
    }

    #[test]
    fn many_cases_say_all_and_few_say_little() {
        check(&basis((900, 1_000), (900, 1_000), 50), 90);
        check(&basis((0, 0), (900, 1_000), 50), 89); // what is known of the code
        check(&basis((0, 0), (0, 0), 50), 50); // the estimate
        check(&basis((0, 1), (0, 1), 50), 45);
        check(&basis((100_000, 100_000), (100_000, 100_000), 97), 99);
        check(&basis((0, 100_000), (0, 100_000), 97), 0);
    }

    #[test]
    fn it_says_what_it_rests_on() {
        assert_eq!(
            basis((30, 40), (31, 100), 50).reasons(),
            [
                "Of 40 addresses with this answer and a function's name, 30 took mail.",
                "Of 100 addresses with this answer, 31 took mail."
            ]
        );
        let synthetic = Basis { synthetic: true, ..basis((3, 4), (3, 4), 50) };
        assert!(synthetic.reasons()[0].starts_with("Of 4 synthetic addresses"));
        assert_eq!(
            basis((0, 0), (0, 0), 65).reasons(),
            ["Few such addresses were seen; 65 in 100 is an estimate."]
        );
    }
}
