use super::hash::Hash;
use super::slot;

const PLACE: u32 = (1 << slot::PLACE_BITS) - 1;
const CLASS: u32 = (1 << (slot::TAG_SHIFT - slot::PLACE_BITS)) - 1;

/// A table that the build script wrote: slots, and the text that an answer is checked against.
pub(super) struct Table {
    slots: &'static [[u8; 4]],
    text: &'static [u8],
}

impl Table {
    /// `slots` is a power of two of little-endian words.
    pub(super) const fn new(slots: &'static [u8], text: &'static [u8]) -> Self {
        Self { slots: slots.as_chunks().0, text }
    }

    /// The class of the entry, whose hash the caller has.
    pub(super) fn class(&self, hash: Hash, entry: &[u8]) -> Option<u32> {
        let (mut at, tag) = hash.slot_and_tag(self.slots.len().trailing_zeros());
        loop {
            let word = u32::from_le_bytes(*self.slots.get(at)?);
            if word == slot::EMPTY {
                return None;
            }
            if word >> slot::TAG_SHIFT == tag && self.stands_at(word & PLACE, entry) {
                return Some((word >> slot::PLACE_BITS) & CLASS);
            }
            at = at.wrapping_add(1) & self.slots.len().wrapping_sub(1);
        }
    }

    fn stands_at(&self, place: u32, entry: &[u8]) -> bool {
        let rest = usize::try_from(place).ok().and_then(|place| self.text.get(place..));
        rest.and_then(|rest| rest.strip_prefix(entry)).is_some_and(|after| after.starts_with(b"\n"))
    }

    #[cfg(test)]
    pub(super) fn entries(&self) -> impl Iterator<Item = &'static str> {
        std::str::from_utf8(self.text).unwrap().lines()
    }
}
