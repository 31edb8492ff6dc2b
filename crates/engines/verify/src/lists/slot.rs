//! How a slot of a table is packed: from the highest bit, eight bits of the hash, three of the class, and
//! where in the text the entry begins.

/// No entry. No text is long enough for an entry to begin there.
pub(crate) const EMPTY: u32 = u32::MAX;
/// Bits of the place in the text.
pub(crate) const PLACE_BITS: u32 = 21;
/// Bits of place and class.
pub(crate) const TAG_SHIFT: u32 = 24;
