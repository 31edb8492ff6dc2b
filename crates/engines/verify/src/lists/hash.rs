//! The hash of both sides: of the build script, which writes the tables, and of the look-up.

/// A hash of a text that is walked from its end, so that those of the parents of a domain fall off on
/// the way. Not for hostile input: the tables are ours and only read.
#[derive(Clone, Copy)]
pub(crate) struct Hash(u64);

impl Hash {
    /// Of the empty text (the start value and the factor are those of 64-bit FNV-1a).
    pub(crate) const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    /// With one more byte in front.
    pub(crate) fn before(self, byte: u8) -> Self {
        Self((self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    }

    /// Of a whole text.
    pub(crate) fn of(text: &[u8]) -> Self {
        text.iter().rev().fold(Self::EMPTY, |hash, byte| hash.before(*byte))
    }

    /// Where to look first in a table of `1 << bits` slots, and eight bits that tell most strangers apart.
    pub(crate) fn slot_and_tag(self, bits: u32) -> (usize, u32) {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let slot = mixed.checked_shr(64_u32.saturating_sub(bits)).unwrap_or_default();
        let tag = u32::try_from((mixed >> 16) & 0xff).unwrap_or_default();
        (usize::try_from(slot).unwrap_or_default(), tag)
    }
}
