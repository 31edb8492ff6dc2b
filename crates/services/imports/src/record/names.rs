use captely_contact::{NameParts, name_parts, name_parts_of};
use captely_crm::ContactDetail;

use super::draft::{Cell, Details, put};

/// The given and the family name of a row: of their own columns, with what is missing taken from the full
/// name. Titles before it and behind it are details of their own.
pub(super) fn read(
    first: Option<Cell<'_>>,
    last: Option<Cell<'_>>,
    full: Option<Cell<'_>>,
    details: &mut Details,
) -> (String, String) {
    let mut parts = match (first, last, full) {
        (None, None, None) => return (String::new(), String::new()),
        (None, None, Some(full)) => name_parts(full.text),
        _ => name_parts_of(first.map_or("", |c| c.text), last.map_or("", |c| c.text)),
    };
    if let Some(full) = full
        && (parts.first.is_empty() || parts.last.is_empty())
    {
        parts = completed(parts, name_parts(full.text));
    }
    let parts = parts.cased();
    put(details, ContactDetail::NamePrefix, parts.prefix);
    put(details, ContactDetail::NameSuffix, parts.suffix);
    (parts.first, parts.last)
}

/// What the row's own columns leave open, from its full name.
fn completed(own: NameParts, full: NameParts) -> NameParts {
    let or = |own: String, other: String| if own.is_empty() { other } else { own };
    NameParts {
        prefix: or(own.prefix, full.prefix),
        first: or(own.first, full.first),
        last: or(own.last, full.last),
        suffix: or(own.suffix, full.suffix),
    }
}
