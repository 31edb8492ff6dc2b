use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use super::texts::{Numberer, Texts};
use super::words::Words;
use crate::normal::{nicknames, normal_form};
use crate::number::{place, short};
use crate::schema::Kind;

/// One field of all rows.
pub(crate) struct Column {
    pub(crate) kind: Kind,
    /// The normal forms; number 0 is "missing".
    pub(crate) forms: Texts,
    /// How many rows have each form.
    counts: Vec<u32>,
    /// Rows in which something stands.
    pub(crate) present: u32,
    /// The words of each form, where comparisons or blocks may need them.
    pub(crate) words: Option<Words>,
    /// The groups of nicknames of each form, for given names.
    nicknames: Vec<&'static [u32]>,
    /// What the rows had, as it was.
    values: Texts,
    value_of_row: Vec<u32>,
}

/// A column with what is only needed until rows are grouped.
pub(super) struct Formed {
    pub(super) column: Column,
    /// A hash of each form's text that is the same in every run.
    hashes: Vec<u64>,
    of_row: Vec<u32>,
}

impl Formed {
    pub(super) fn of_row(&self, row: u32) -> u32 {
        self.of_row.get(place(row)).copied().unwrap_or_default()
    }

    pub(super) fn hash_of_row(&self, row: u32) -> u64 {
        self.hashes.get(place(self.of_row(row))).copied().unwrap_or_default()
    }

    /// Brings each different value into its form.
    pub(super) fn new(kind: Kind, values: Texts, value_of_row: Vec<u32>) -> Self {
        let mut numberer = Numberer::new();
        let of_value: Vec<u32> =
            values.iter().map(|value| numberer.number(&normal_form(kind, value))).collect();
        let forms = numberer.finish();
        let hasher = FixedState::with_seed(0);
        let hashes: Vec<u64> = forms.iter().map(|text| hasher.hash_one(text)).collect();
        let form = |value: &u32| of_value.get(place(*value)).copied().unwrap_or_default();
        let of_row: Vec<u32> = value_of_row.iter().map(form).collect();
        let mut counts = vec![0_u32; hashes.len()];
        for form in &of_row {
            if let Some(count) = counts.get_mut(place(*form)) {
                *count = count.saturating_add(1);
            }
        }
        let absent = counts.first().copied().unwrap_or_default();
        let present = short(of_row.len()).saturating_sub(absent);
        let words = has_words(kind).then(|| Words::of(&forms, &counts));
        let named = if kind == Kind::GivenName {
            forms.iter().map(nicknames).collect()
        } else {
            Vec::new()
        };
        let column =
            Column { kind, forms, counts, present, words, nicknames: named, values, value_of_row };
        Self { column, hashes, of_row }
    }
}

fn has_words(kind: Kind) -> bool {
    use Kind::{Address, Company, FamilyName, GivenName, Place, Text, Title};
    matches!(kind, Text | FamilyName | GivenName | Company | Title | Place | Address)
}

impl Column {
    pub(crate) fn count(&self, code: u32) -> u32 {
        self.counts.get(place(code)).copied().unwrap_or_default()
    }

    pub(crate) fn nicknames(&self, code: u32) -> &'static [u32] {
        self.nicknames.get(place(code)).copied().unwrap_or_default()
    }

    /// What a row had in this field, as it came.
    pub(crate) fn value(&self, row: u32) -> &str {
        self.values.get(self.value_of_row.get(place(row)).copied().unwrap_or_default())
    }
}
