/// Letters and digits of a made-up name; it begins with a letter.
const NAME_LENGTH: usize = 14;
const LETTERS: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";

/// Names that nobody has, for asking whether a domain takes any name.
///
/// A domain is asked about the same name each time: a server that greylists takes a question for the
/// second one only where sender and recipient are those of the first.
pub(crate) struct ProbeNames {
    seed: u64,
}

impl ProbeNames {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The domain's name: 14 letters that the seed decides, of 26^14 ≈ 6 × 10^19.
    pub(crate) fn of(&self, domain: &str) -> String {
        let mut draw = Draw(self.seed ^ fnv(domain));
        let mut bits = draw.next();
        let mut name = String::with_capacity(NAME_LENGTH);
        for position in 0..NAME_LENGTH {
            if position == NAME_LENGTH.div_euclid(2) {
                bits = draw.next();
            }
            let letter = usize::try_from(bits % 26).unwrap_or_default();
            name.push(char::from(LETTERS.get(letter).copied().unwrap_or(b'x')));
            bits /= 26;
        }
        name
    }
}

/// FNV-1a (Fowler, Noll and Vo), which is the same on every machine.
fn fnv(text: &str) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

/// SplitMix64 (Steele, Lea and Flood 2014): a counter and a mixing function.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
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
        let domains: Vec<_> = (0..1_000).map(|n| format!("acme{n}.com")).collect();
        let names: Vec<_> = domains.iter().map(|domain| one.of(domain)).collect();
        assert!(domains.iter().zip(&names).all(|(domain, name)| *name == other.of(domain)));
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.iter().all(|n| n.len() == 14 && n.bytes().all(|b| b.is_ascii_lowercase())));
        assert_ne!(ProbeNames::new(8).of("acme0.com"), names[0]);
    }
}
