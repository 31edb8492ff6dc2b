use std::sync::atomic::{AtomicU64, Ordering};

/// Letters and digits of a made-up name; it begins with a letter.
const NAME_LENGTH: usize = 14;
const LETTERS: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";

/// Names that nobody has, for asking whether a domain takes any name.
///
/// The same seed gives the same names in the same order.
pub(crate) struct ProbeNames {
    state: AtomicU64,
}

impl ProbeNames {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed) }
    }

    /// The next name: 14 random letters, 26^14 ≈ 6 × 10^19 of them.
    pub(crate) fn next(&self) -> String {
        let mut bits = self.draw();
        let mut name = String::with_capacity(NAME_LENGTH);
        for position in 0..NAME_LENGTH {
            if position == NAME_LENGTH.div_euclid(2) {
                bits = self.draw();
            }
            let letter = usize::try_from(bits % 26).unwrap_or_default();
            name.push(char::from(LETTERS.get(letter).copied().unwrap_or(b'x')));
            bits /= 26;
        }
        name
    }

    /// SplitMix64 (Steele, Lea and Flood 2014): a counter and a mixing function, so that many
    /// threads can draw without a lock.
    fn draw(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeatable_and_all_different() {
        let (one, other) = (ProbeNames::new(7), ProbeNames::new(7));
        let names: Vec<_> = (0..1_000).map(|_| one.next()).collect();
        assert!(names.iter().all(|name| *name == other.next()));
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.iter().all(|n| n.len() == 14 && n.bytes().all(|b| b.is_ascii_lowercase())));
        assert_ne!(ProbeNames::new(8).next(), names[0]);
    }
}
