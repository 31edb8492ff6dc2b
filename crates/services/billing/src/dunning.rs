//! After a payment that failed: when it is tried or asked for again, and what comes then.

use std::time::Duration;

use captely_contact::Timestamp;
use serde::{Deserialize, Serialize};

const DAY: Duration = Duration::from_hours(24);

/// When a payment is asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dunning {
    /// Days after the first failure, each later than the one before.
    pub retry_days: Vec<u16>,
    /// Days behind the last of those after which the subscription ends.
    pub unpaid_days: u16,
}

/// What comes next after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DunningStep {
    /// Ask for the payment again. Until the last of these all of the plan still works, but no further
    /// credits come.
    Ask {
        /// Which time, from 1.
        time: u16,
        /// When.
        at: Timestamp,
    },
    /// The last time was in vain: the limits of the free plan hold from now on.
    Unpaid {
        /// When.
        at: Timestamp,
    },
    /// The subscription ends, and what is left of its credits with it.
    End {
        /// When.
        at: Timestamp,
    },
}

impl DunningStep {
    /// When it is due.
    pub const fn at(self) -> Timestamp {
        match self {
            Self::Ask { at, .. } | Self::Unpaid { at } | Self::End { at } => at,
        }
    }
}

impl Dunning {
    /// What comes after the failure of `failed_at`, when the payment was asked for again `asked` times, and
    /// `unpaid` says whether the last was in vain.
    ///
    /// The last time to ask is also when it has become unpaid: whoever asks looks first.
    pub fn next(&self, failed_at: Timestamp, asked: u16, unpaid: bool) -> DunningStep {
        let day = |days: u16| failed_at.plus(DAY.saturating_mul(u32::from(days)));
        let last = self.retry_days.last().copied().unwrap_or(0);
        if unpaid {
            return DunningStep::End { at: day(last.saturating_add(self.unpaid_days)) };
        }
        match self.retry_days.get(usize::from(asked)) {
            Some(days) => DunningStep::Ask { time: asked.saturating_add(1), at: day(*days) },
            None => DunningStep::Unpaid { at: day(last) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_times_and_then_the_end() {
        let dunning = Dunning { retry_days: vec![3, 5, 7], unpaid_days: 7 };
        let failed: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let told = |asked, unpaid| {
            let step = dunning.next(failed, asked, unpaid);
            let word = match step {
                DunningStep::Ask { time, .. } => format!("ask {time}"),
                DunningStep::Unpaid { .. } => "unpaid".to_owned(),
                DunningStep::End { .. } => "end".to_owned(),
            };
            format!("{word} {}", step.at())
        };
        assert_eq!(told(0, false), "ask 1 2026-03-04T12:00:00Z");
        assert_eq!(told(1, false), "ask 2 2026-03-06T12:00:00Z");
        assert_eq!(told(2, false), "ask 3 2026-03-08T12:00:00Z");
        assert_eq!(told(3, false), "unpaid 2026-03-08T12:00:00Z");
        assert_eq!(told(3, true), "end 2026-03-15T12:00:00Z");
    }

    #[test]
    fn without_retries_it_is_unpaid_at_once() {
        let dunning = Dunning { retry_days: Vec::new(), unpaid_days: 0 };
        let failed = Timestamp::micros(5);
        assert_eq!(dunning.next(failed, 0, false), DunningStep::Unpaid { at: failed });
        assert_eq!(dunning.next(failed, 0, true), DunningStep::End { at: failed });
    }
}
