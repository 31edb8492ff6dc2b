//! vCards (RFC 6350, RFC 2426, and 2.1 of the Versit consortium): `lines` unfolds, `property` takes a line
//! apart, `columns` makes cells of properties, `cards` streams them.

mod cards;
mod columns;
mod lines;
mod property;

pub(crate) use cards::Cards;
pub(crate) use columns::rank;

/// Whether a text begins as a vCard does.
pub(crate) fn begins(sample: &[u8]) -> bool {
    const BEGIN: &[u8] = b"BEGIN:VCARD";
    let text = sample.trim_ascii_start();
    text.get(..BEGIN.len()).is_some_and(|head| head.eq_ignore_ascii_case(BEGIN))
}
