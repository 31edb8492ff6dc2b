use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::chance::Chance;
use crate::clock::Clock;

/// `rand_a` (12 bits) and `rand_b` (62 bits) of a UUIDv7 taken as one number.
const TAIL_BITS: u32 = 74;
const TAIL_MAX: u128 = (1 << TAIL_BITS) - 1;

/// Makes UUIDv7 from a clock and chance, each greater than the one before, also within one
/// millisecond and when the clock is set back (RFC 9562 §6.2, method 2).
pub struct Ids {
    clock: Arc<dyn Clock>,
    chance: Arc<Chance>,
    /// Milliseconds and tail of the last id.
    last: Mutex<(u64, u128)>,
}

impl Ids {
    /// Ids by this clock and this chance.
    pub fn new(clock: Arc<dyn Clock>, chance: Arc<Chance>) -> Self {
        Self { clock, chance, last: Mutex::new((0, 0)) }
    }

    /// A new id.
    pub fn uuid(&self) -> Uuid {
        let now_ms = u64::try_from(self.clock.now().as_micros() / 1_000).unwrap_or_default();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (ms, tail) = next(*last, now_ms, &self.chance);
        *last = (ms, tail);
        lay_out(ms, tail)
    }
}

/// A fresh tail in a new millisecond; otherwise the last one and a random step, so that ids made in
/// the same millisecond by two processes still do not meet.
fn next(last: (u64, u128), now_ms: u64, chance: &Chance) -> (u64, u128) {
    let fresh = || {
        let bits = (u128::from(chance.u64()) << 64) | u128::from(chance.u64());
        // The top bit stays clear: room for 2^41 steps within a millisecond.
        bits & (TAIL_MAX >> 1)
    };
    if now_ms > last.0 {
        return (now_ms, fresh());
    }
    let step = u128::from(chance.u64() & 0xFFFF_FFFF) + 1;
    let tail = last.1 + step;
    if tail > TAIL_MAX { (last.0 + 1, fresh()) } else { (last.0, tail) }
}

/// 48 bits time, version 7, 12 bits, variant 2, 62 bits.
fn lay_out(ms: u64, tail: u128) -> Uuid {
    let time = u128::from(ms & 0xFFFF_FFFF_FFFF) << 80;
    let rand_a = (tail >> 62) << 64;
    let rand_b = tail & ((1 << 62) - 1);
    Uuid::from_u128(time | (7 << 76) | rand_a | (0b10 << 62) | rand_b)
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use captely_contact::Timestamp;

    use super::*;
    use crate::clock::TestClock;

    fn ids(clock: &Arc<TestClock>, seed: u64) -> Ids {
        Ids::new(clock.clone(), Arc::new(Chance::from_seed(seed)))
    }

    #[test]
    fn version_variant_and_time_are_where_the_rfc_puts_them() {
        let clock = Arc::new(TestClock::default());
        let id = ids(&clock, 1).uuid();
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        let (secs, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((secs, nanos), (1_767_603_600, 0));
    }

    #[test]
    fn each_is_greater_than_the_last() {
        let clock = Arc::new(TestClock::default());
        let ids = ids(&clock, 2);
        let mut last = Uuid::nil();
        for n in 0..10_000_u64 {
            match n % 100 {
                0 => clock.advance(Duration::from_millis(3)),
                50 => clock.set(Timestamp::micros(clock.now().as_micros() - 2_000)),
                _ => {}
            }
            let id = ids.uuid();
            assert!(id > last, "{id} is not after {last}");
            last = id;
        }
    }

    #[test]
    fn two_processes_in_one_millisecond_do_not_meet() {
        let clock = Arc::new(TestClock::default());
        let (one, two) = (ids(&clock, 3), ids(&clock, 4));
        let mut seen = std::collections::HashSet::new();
        assert!((0..5_000).all(|_| seen.insert(one.uuid()) && seen.insert(two.uuid())));
    }

    #[test]
    fn a_full_tail_moves_on_to_the_next_millisecond() {
        let (ms, tail) = next((5, TAIL_MAX), 5, &Chance::from_seed(5));
        assert_eq!(ms, 6);
        assert!(tail < TAIL_MAX);
    }
}
