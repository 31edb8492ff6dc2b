//! Jaro's similarity with Winkler's bonus for a common start, bit-parallel for texts of up to 64 bytes.
//!
//! Definition as in W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules in the
//! Fellegi-Sunter Model of Record Linkage" (1990): scaling 0.1, at most 4 common bytes, and the bonus only
//! above 0.7.

use crate::number::{long, real};

/// Texts of this many bytes fit into the bits of one word.
const BYTES_MAX: usize = 64;

/// Memory that calls of one thread share.
pub(crate) struct Jaro {
    /// For every byte the places where the longer text has it. All zero between calls.
    places: Box<[u64; 256]>,
}

impl Jaro {
    pub(crate) fn new() -> Self {
        Self { places: Box::new([0; 256]) }
    }

    /// 0 for nothing in common to 1 for equal. Below `floor` it may return 0 instead of the true value.
    pub(crate) fn winkler(&mut self, a: &str, b: &str, floor: f64) -> f64 {
        if a == b {
            return 1.0;
        }
        // The greedy assignment of common letters depends on which text is walked.
        let (a, b) = if (a.len(), a) <= (b.len(), b) { (a, b) } else { (b, a) };
        let (a, b) = (a.as_bytes(), b.as_bytes());
        if a.is_empty() {
            return 0.0;
        }
        let start = common_start(a, b);
        let bonus = |jaro: f64| if jaro > 0.7 { jaro + 0.1 * start * (1.0 - jaro) } else { jaro };
        let best = (2.0 + length(a) / length(b)) / 3.0;
        if bonus(best) < floor {
            return 0.0;
        }
        bonus(if b.len() > BYTES_MAX {
            strsim::generic_jaro(&Bytes(a), &Bytes(b))
        } else {
            self.jaro(a, b)
        })
    }

    /// Jaro's similarity; `a` is not empty and not longer than `b`, which fits into a word.
    fn jaro(&mut self, a: &[u8], b: &[u8]) -> f64 {
        for (byte, shift) in b.iter().zip(0_u32..) {
            if let Some(places) = self.places.get_mut(usize::from(*byte)) {
                *places |= 1_u64.wrapping_shl(shift);
            }
        }
        let reach = (b.len() / 2).saturating_sub(1);
        // Places from `i - reach` to `i + reach`: the window grows to the right, then slides.
        let mut window = ones(reach.saturating_add(1));
        let (mut taken_a, mut taken_b, mut matches) = (0_u64, 0_u64, 0_u32);
        for (i, byte) in a.iter().enumerate() {
            let places = self.places.get(usize::from(*byte)).copied().unwrap_or_default();
            let free = places & window & !taken_b;
            if free != 0 {
                taken_b |= free & free.wrapping_neg();
                taken_a |= 1_u64.wrapping_shl(u32::try_from(i).unwrap_or_default());
                matches = matches.saturating_add(1);
            }
            window = window.wrapping_shl(1) | u64::from(i < reach);
        }
        for byte in b {
            if let Some(places) = self.places.get_mut(usize::from(*byte)) {
                *places = 0;
            }
        }
        if matches == 0 {
            return 0.0;
        }
        let matched = f64::from(matches);
        let in_order = matched - f64::from(moved(a, b, taken_a, taken_b) / 2);
        (matched / length(a) + matched / length(b) + in_order / matched) / 3.0
    }
}

/// How many of the common letters stand at another place in the order of the other text.
fn moved(a: &[u8], b: &[u8], mut taken_a: u64, mut taken_b: u64) -> u32 {
    let byte = |text: &[u8], taken: u64| {
        text.get(usize::try_from(taken.trailing_zeros()).unwrap_or(usize::MAX)).copied()
    };
    let mut moved = 0_u32;
    while taken_a != 0 && taken_b != 0 {
        moved = moved.saturating_add(u32::from(byte(a, taken_a) != byte(b, taken_b)));
        taken_a &= taken_a.wrapping_sub(1);
        taken_b &= taken_b.wrapping_sub(1);
    }
    moved
}

fn ones(count: usize) -> u64 {
    if count >= 64 {
        u64::MAX
    } else {
        1_u64.wrapping_shl(u32::try_from(count).unwrap_or(0)).wrapping_sub(1)
    }
}

fn length(text: &[u8]) -> f64 {
    real(long(text.len()))
}

fn common_start(a: &[u8], b: &[u8]) -> f64 {
    let same = a.iter().zip(b).take(4).take_while(|(x, y)| x == y);
    same.fold(0.0, |count, _| count + 1.0)
}

/// What strsim walks over.
struct Bytes<'t>(&'t [u8]);

impl<'b> IntoIterator for &'b Bytes<'_> {
    type Item = &'b u8;
    type IntoIter = std::slice::Iter<'b, u8>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The crate strsim, with the shorter text first as ours walks it.
        #[test]
        fn as_the_crate_says(a in "[a-e]{0,70}", b in "[a-e]{0,70}") {
            let (short, long) = if (a.len(), &a) <= (b.len(), &b) { (&a, &b) } else { (&b, &a) };
            let ours = Jaro::new().winkler(&a, &b, 0.0);
            prop_assert!((ours - strsim::jaro_winkler(short, long)).abs() < 1e-12, "{ours}");
        }

        #[test]
        fn symmetric_and_above_the_floor_exact(a in "[a-d ]{0,12}", b in "[a-d ]{0,12}", floor in 0.0..1.0) {
            let mut jaro = Jaro::new();
            let ours = jaro.winkler(&a, &b, 0.0);
            prop_assert_eq!(ours.to_bits(), jaro.winkler(&b, &a, 0.0).to_bits());
            if ours >= floor {
                prop_assert_eq!(ours.to_bits(), jaro.winkler(&a, &b, floor).to_bits());
            }
        }
    }
}
