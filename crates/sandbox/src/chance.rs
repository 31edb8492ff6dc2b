//! Seeded chance: every draw of the sandbox is a pure function of the seed, a topic and a number.

/// What a draw is for; two topics of one seed are independent.
pub(crate) mod topic {
    pub(crate) const COMPANY_ORDER: u64 = 1;
    pub(crate) const COMPANY_SIZE: u64 = 2;
    pub(crate) const COMPANY_COUNTRY: u64 = 3;
    pub(crate) const COMPANY_FACTS: u64 = 4;
    pub(crate) const COMPANY_MAIL: u64 = 5;
    pub(crate) const COMPANY_PATTERN: u64 = 6;
    pub(crate) const PERSON_NAME: u64 = 7;
    pub(crate) const PERSON_ROLE: u64 = 8;
    pub(crate) const PERSON_MAILBOX: u64 = 9;
    pub(crate) const PERSON_MOVE: u64 = 10;
    pub(crate) const PERSON_PHONE: u64 = 11;
    pub(crate) const PERSON_LOCAL: u64 = 12;
    pub(crate) const LEAD_ORDER: u64 = 13;
    pub(crate) const LEAD_MESS: u64 = 14;
    pub(crate) const ROLE_ADDRESS: u64 = 15;
    pub(crate) const LINE: u64 = 16;
    pub(crate) const KNOWN_EMAIL: u64 = 20;
    pub(crate) const KNOWN_PHONE: u64 = 21;
    pub(crate) const KNOWN_FACTS: u64 = 22;
    pub(crate) const CONFIDENCE: u64 = 23;
    pub(crate) const VERIFICATION: u64 = 24;
    pub(crate) const FAULT: u64 = 30;
    pub(crate) const LATENCY: u64 = 31;
    pub(crate) const SHAPE: u64 = 32;
    pub(crate) const REQUEST_ID: u64 = 33;
    pub(crate) const PENDING: u64 = 34;
    pub(crate) const ADDRESS_ORIGIN: u64 = 35;
    pub(crate) const FREE_MAILBOX: u64 = 36;
    pub(crate) const STRIPE: u64 = 37;
}

/// A draw: 64 bits that look random (splitmix64's finaliser, applied twice).
pub(crate) const fn draw(seed: u64, topic: u64, number: u64) -> u64 {
    let a = scramble(seed ^ topic.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    scramble(a.wrapping_add(number.wrapping_mul(0xD134_2543_DE82_EF95)))
}

/// A second draw that follows from a first.
pub(crate) const fn again(draw: u64, step: u64) -> u64 {
    scramble(draw ^ step.wrapping_mul(0xA076_1D64_78BD_642F))
}

const fn scramble(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The draw as a whole number from 0 to `n - 1`; 0 for `n` = 0.
pub(crate) fn below(draw: u64, n: u64) -> u64 {
    let wide = (u128::from(draw) * u128::from(n)) >> 64;
    u64::try_from(wide).unwrap_or(0)
}

/// Whether a draw falls under `permille` thousandths.
pub(crate) fn happens(draw: u64, permille: u32) -> bool {
    below(draw, 1_000) < u64::from(permille)
}

/// One of `items`, or the type's default where there are none.
pub(crate) fn pick<T: Copy + Default>(draw: u64, items: &[T]) -> T {
    items.get(index(draw, items.len())).copied().unwrap_or_default()
}

/// A position in a list of `len` items; 0 for an empty one.
pub(crate) fn index(draw: u64, len: usize) -> usize {
    usize::try_from(below(draw, u64::try_from(len).unwrap_or(0))).unwrap_or(0)
}

/// The position in `weights` that a draw falls on; 0 where all weigh nothing.
pub(crate) fn weighted(draw: u64, weights: impl Iterator<Item = u32> + Clone) -> usize {
    let total: u64 = weights.clone().map(u64::from).sum();
    let mut left = below(draw, total);
    for (position, weight) in weights.enumerate() {
        let weight = u64::from(weight);
        if left < weight {
            return position;
        }
        left -= weight;
    }
    0
}

/// A stable 64-bit mark of a text (FNV-1a, scrambled), for look-up tables and draws by name.
pub(crate) fn mark(text: &str) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }
    scramble(hash)
}

/// A one-to-one shuffle of 0..n that needs no table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shuffle {
    n: u64,
    step: u64,
    start: u64,
}

impl Shuffle {
    pub(crate) fn new(n: u64, draw: u64) -> Self {
        let n = n.max(1);
        let mut step = below(again(draw, 1), n).max(1);
        while gcd(step, n) != 1 {
            step += 1;
        }
        Self { n, step, start: below(again(draw, 2), n) }
    }

    /// Where `i` goes; `i` at or over `n` wraps round.
    pub(crate) fn at(&self, i: u64) -> u64 {
        let wide = u128::from(i % self.n) * u128::from(self.step) + u128::from(self.start);
        u64::try_from(wide % u128::from(self.n)).unwrap_or(0)
    }
}

const fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_is_one_to_one() {
        for n in [1_u64, 2, 7, 1_000, 4_096] {
            let shuffle = Shuffle::new(n, draw(3, 1, n));
            let mut seen: Vec<u64> = (0..n).map(|i| shuffle.at(i)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..n).collect::<Vec<_>>(), "n = {n}");
        }
    }

    #[test]
    fn draws_keep_to_their_rates() {
        let hits = (0..100_000).filter(|&i| happens(draw(9, 1, i), 250)).count();
        assert!((24_000..26_000).contains(&hits), "{hits}");
        let ones =
            (0..10_000).filter(|&i| weighted(draw(9, 2, i), [3, 1].into_iter()) == 1).count();
        assert!((2_300..2_700).contains(&ones), "{ones}");
    }
}
