//! When something of Stripe's was fetched: two workers may fetch the same and write in the other order, and what is
//! older must not stay.

use std::time::Duration;

use captely_contact::Timestamp;

/// How often something is fetched that another worker has fetched and kept meanwhile.
pub(super) const FETCHES_MAX: usize = 2;

/// When an object was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fetched {
    /// Taken before the call.
    pub(crate) at: Timestamp,
    /// What [`mark`](Self::mark) stood here before the call, where that was looked at.
    pub(crate) over: Option<Timestamp>,
}

impl Fetched {
    /// Whether what stands here under `mark` is newer. What nobody has replaced since before the call is older whatever
    /// the clocks of two processes say, and one that was moved back stops nothing.
    pub(crate) fn is_older_than(self, mark: Option<Timestamp>) -> bool {
        mark != self.over && mark.is_some_and(|mark| self.at < mark)
    }

    /// What is written beside it in the place of `mark`: always later, so that whoever looked before knows.
    pub(crate) fn mark(self, mark: Option<Timestamp>) -> Timestamp {
        mark.map_or(self.at, |mark| self.at.max(mark.plus(Duration::from_micros(1))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::micros(micros)
    }

    #[test]
    fn what_was_fetched_later_stays() {
        let (early, late) = (Fetched { at: at(1), over: None }, Fetched { at: at(5), over: None });
        assert!(!early.is_older_than(None));
        assert!(early.is_older_than(Some(late.mark(None))));
        assert!(!late.is_older_than(Some(early.mark(None))));
    }

    #[test]
    fn a_clock_that_is_behind_stops_nothing_that_nobody_replaced() {
        let ahead = Fetched { at: at(100), over: None }.mark(None);
        let behind = Fetched { at: at(7), over: Some(ahead) };
        assert!(!behind.is_older_than(Some(ahead)));
        let marked = behind.mark(Some(ahead));
        assert!(marked > ahead && behind.is_older_than(Some(marked)));
    }
}
