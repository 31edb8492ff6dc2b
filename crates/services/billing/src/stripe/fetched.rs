//! When something of Stripe's was fetched: two workers may fetch the same and write in the other order, and what is
//! older must not stay.

use std::time::Duration;

use captely_contact::Timestamp;

/// How often something is fetched that another worker has fetched and kept meanwhile. Who comes too late twice needs no third
/// time: what stands here then was fetched by somebody who began after the first time.
pub(super) const FETCHES_MAX: usize = 2;

/// When an object was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fetched {
    /// Taken before the call.
    pub(crate) at: Timestamp,
    /// What [`mark`](Self::mark) stood here before the call.
    pub(crate) over: Option<Timestamp>,
}

impl Fetched {
    /// Whether what stands here under `mark` may be newer: somebody has replaced it since before the call. The clocks of two
    /// processes do not tell who was first, so whoever is second fetches once more.
    pub(crate) fn is_older_than(self, mark: Option<Timestamp>) -> bool {
        mark != self.over
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

    fn check(first: i64, second: i64) {
        let (one, other) =
            (Fetched { at: at(first), over: None }, Fetched { at: at(second), over: None });
        assert!(!one.is_older_than(None));
        let marked = one.mark(None);
        assert!(other.is_older_than(Some(marked)));
        let again = Fetched { at: at(second), over: Some(marked) };
        assert!(!again.is_older_than(Some(marked)));
        assert!(again.mark(Some(marked)) > marked);
    }

    #[test]
    fn whoever_is_second_fetches_again_whatever_the_clocks_say() {
        check(1, 5);
        check(5, 5);
        check(7, 100);
        check(100, 7);
    }
}
