//! The one source of chance, seeded, so that a test can repeat what happened.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::SysRng;
use rand::{Rng, SeedableRng, TryRng};
use rand_chacha::ChaCha12Rng;

/// 2⁵³: the number of equal steps a 64-bit float can take from 0 to 1.
const UNIT_STEPS: f64 = 9_007_199_254_740_992.0;

/// A cryptographically strong generator (ChaCha, 12 rounds) that many tasks may share.
pub struct Chance(Mutex<ChaCha12Rng>);

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes: {0}")]
pub struct NoEntropy(String);

impl Chance {
    /// The same seed gives the same numbers. For tests, simulations and replays; never for keys.
    pub fn from_seed(seed: u64) -> Self {
        Self(Mutex::new(ChaCha12Rng::seed_from_u64(seed)))
    }

    /// Seeded by the operating system; fit for keys.
    pub fn from_os() -> Result<Self, NoEntropy> {
        let mut seed = [0_u8; 32];
        SysRng.try_fill_bytes(&mut seed).map_err(|why| NoEntropy(why.to_string()))?;
        Ok(Self(Mutex::new(ChaCha12Rng::from_seed(seed))))
    }

    /// Any 64-bit number.
    pub fn u64(&self) -> u64 {
        self.with(Rng::next_u64)
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.with(|rng| rng.fill_bytes(bytes));
    }

    /// From 0 to just under 1, evenly spread.
    pub fn unit(&self) -> f64 {
        let steps = self.u64() >> 11;
        // Exact: the high and the low half of 53 bits both fit a float without rounding.
        let high = u32::try_from(steps >> 32).unwrap_or_default();
        let low = u32::try_from(steps & 0xFFFF_FFFF).unwrap_or_default();
        f64::from(high).mul_add(4_294_967_296.0, f64::from(low)) / UNIT_STEPS
    }

    /// `around`, lengthened or shortened by up to `fraction` of itself (0.0 to 1.0), evenly spread.
    pub fn jitter(&self, around: Duration, fraction: f64) -> Duration {
        let fraction = fraction.clamp(0.0, 1.0);
        around.mul_f64(1.0 + fraction * self.unit().mul_add(2.0, -1.0))
    }

    /// A poisoned lock is taken all the same: the generator has no half-made state.
    fn with<T>(&self, draw: impl FnOnce(&mut ChaCha12Rng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Never shows its state.
impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_one_sequence() {
        let draw = |seed| {
            let chance = Chance::from_seed(seed);
            [chance.u64(), chance.u64(), chance.u64()]
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn the_operating_system_never_seeds_twice_alike() {
        assert_ne!(Chance::from_os().unwrap().u64(), Chance::from_os().unwrap().u64());
    }

    #[test]
    fn unit_is_evenly_spread_over_zero_to_one() {
        let chance = Chance::from_seed(1);
        let mut tenths = [0_u32; 10];
        for _ in 0..10_000 {
            let unit = chance.unit();
            assert!((0.0..1.0).contains(&unit), "{unit}");
            let tenth = (0..9).take_while(|n| f64::from(n + 1) / 10.0 <= unit).count();
            tenths[tenth] += 1;
        }
        assert!(tenths.iter().all(|n| (850..1_150).contains(n)), "{tenths:?}");
    }

    #[test]
    fn jitter_stays_within_its_fraction() {
        let chance = Chance::from_seed(2);
        let around = Duration::from_secs(10);
        for _ in 0..1_000 {
            let t = chance.jitter(around, 0.2);
            assert!((Duration::from_secs(8)..=Duration::from_secs(12)).contains(&t), "{t:?}");
        }
        assert_eq!(chance.jitter(around, 0.0), around);
    }
}
