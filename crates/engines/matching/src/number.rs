//! Conversions that `as` would make, without its silent loss.

/// A place in memory from a number that is stored in 32 bits.
pub(crate) fn place(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// A place in 32 bits. [`crate::Limits`] keeps every count below their end.
pub(crate) fn short(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A count in 64 bits.
pub(crate) fn long(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// A count as a real number, exact up to 2^53.
pub(crate) fn real(n: u64) -> f64 {
    let (high, low) = (n >> 32, n & 0xffff_ffff);
    let half = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    half(high) * 4_294_967_296.0 + half(low)
}

/// How many pairs `n` things make.
pub(crate) fn pairs_of(n: u64) -> u64 {
    n.saturating_mul(n.saturating_sub(1)) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_become_real_numbers_and_pairs() {
        for (n, expected) in [(0, 0.0), (7, 7.0), (1 << 40, 1_099_511_627_776.0)] {
            assert!((real(n) - expected).abs() < f64::EPSILON, "{n}");
        }
        assert_eq!([0, 1, 2, 5].map(pairs_of), [0, 0, 1, 10]);
    }
}
