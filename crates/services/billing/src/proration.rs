//! What a change of plan costs now, to the second and the smallest unit, and which credits it brings.

use captely_contact::{Credits, Timestamp};

use crate::period::Period;
use crate::tax::rounded;

/// What is paid for a period, and what it brings each month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The price of the period, in the smallest unit.
    pub price: i64,
    /// The credits of each month in it.
    pub credits: Credits,
}

/// A change that holds from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proration {
    /// Given back for what is left of the old period; zero or less.
    pub unused: i64,
    /// To pay for the same time, or the new period, by the new price.
    pub owed: i64,
    /// Credits that come now.
    pub credits: Credits,
    /// As of which second it was reckoned.
    pub at: Timestamp,
}

impl Proration {
    /// What is to pay; less than nothing is given back.
    pub const fn total(&self) -> i64 {
        self.owed.saturating_add(self.unused)
    }
}

/// The second that a moment is in.
pub fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::micros(at.as_micros().div_euclid(1_000_000).saturating_mul(1_000_000))
}

/// A change within the same period: both prices count for the seconds that are left of it, each rounded by itself,
/// and the difference of credits for the seconds that are left of the month (rounded down; never less than none).
pub fn same_period(
    old: Terms,
    new: Terms,
    period: Period,
    month: Period,
    now: Timestamp,
) -> Proration {
    let at = whole_second(now);
    let more = new.credits.as_millis().saturating_sub(old.credits.as_millis()).max(0);
    Proration {
        unused: -share(old.price, period, at),
        owed: share(new.price, period, at),
        credits: Credits::millis(share_down(more, month, at)),
        at,
    }
}

/// A change that begins a period of another length now: the new price is owed whole, the old one given back for
/// the seconds that are left, and so with the credits of the month.
pub fn new_period(
    old: Terms,
    new: Terms,
    period: Period,
    month: Period,
    now: Timestamp,
) -> Proration {
    let at = whole_second(now);
    let had = share_down(old.credits.as_millis(), month, at);
    Proration {
        unused: -share(old.price, period, at),
        owed: new.price,
        credits: Credits::millis(new.credits.as_millis().saturating_sub(had).max(0)),
        at,
    }
}

/// The seconds left of `period` at `at`, and all of them; the whole period before its start, none behind its end.
fn left(period: Period, at: Timestamp) -> (i128, i128) {
    let seconds = |time: Timestamp| i128::from(time.as_micros().div_euclid(1_000_000));
    let all = (seconds(period.end) - seconds(period.start)).max(1);
    ((seconds(period.end) - seconds(at)).clamp(0, all), all)
}

fn share(of: i64, period: Period, at: Timestamp) -> i64 {
    let (left, all) = left(period, at);
    rounded(i128::from(of) * left, all)
}

fn share_down(of: i64, period: Period, at: Timestamp) -> i64 {
    let (left, all) = left(period, at);
    i64::try_from(i128::from(of) * left / all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const STARTER: Terms = Terms { price: 4_900, credits: Credits::whole(1_000) };
    const PROFESSIONAL: Terms = Terms { price: 14_900, credits: Credits::whole(5_000) };
    const YEARLY: Terms = Terms { price: 49_000, credits: Credits::whole(1_000) };

    fn june() -> Period {
        Period { start: at("2026-06-01T00:00:00Z"), end: at("2026-07-01T00:00:00Z") }
    }

    #[test]
    fn in_the_middle_of_a_month_half_is_paid() {
        let now = at("2026-06-16T00:00:00.9Z");
        let found = same_period(STARTER, PROFESSIONAL, june(), june(), now);
        assert_eq!((found.unused, found.owed, found.total()), (-2_450, 7_450, 5_000));
        assert_eq!(found.credits, Credits::whole(2_000));
        assert_eq!(found.at, at("2026-06-16T00:00:00Z"));
    }

    #[test]
    fn a_year_begins_now_and_the_month_is_given_back() {
        let found = new_period(STARTER, YEARLY, june(), june(), at("2026-06-16T00:00:00Z"));
        assert_eq!((found.unused, found.owed, found.total()), (-2_450, 49_000, 46_550));
        assert_eq!(found.credits, Credits::whole(500));
    }

    proptest! {
        #[test]
        fn never_more_than_the_whole_and_never_less_than_nothing(
            old in 0_i64..100_000, more in 0_i64..100_000, seconds in -100_i64..3_000_000,
            old_credits in 0_i64..50_000, more_credits in 0_i64..50_000,
        ) {
            let now = Timestamp::micros(june().start.as_micros() + seconds * 1_000_000);
            let old = Terms { price: old, credits: Credits::whole(old_credits) };
            let new = Terms {
                price: old.price + more,
                credits: Credits::whole(old_credits + more_credits),
            };
            for found in [
                same_period(old, new, june(), june(), now),
                new_period(old, new, june(), june(), now),
            ] {
                prop_assert!((-old.price..=0).contains(&found.unused));
                prop_assert!((0..=new.price).contains(&found.owed));
                prop_assert!(found.total() >= 0, "an upgrade never pays out: {:?}", found);
                prop_assert!(found.credits >= Credits::ZERO && found.credits <= new.credits);
            }
            // Going up in two steps at the same second costs what one step costs, but for rounding.
            let half = Terms { price: old.price + more / 2, credits: old.credits };
            let one = same_period(old, new, june(), june(), now).total();
            let two = same_period(old, half, june(), june(), now).total()
                + same_period(half, new, june(), june(), now).total();
            prop_assert_eq!(one, two);
        }
    }
}
