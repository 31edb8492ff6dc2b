use std::sync::LazyLock;

use captely_matching::{Limits, MatchError, Model, Schema, TableBuilder, normal_form};
use captely_platform::ids::ContactId;

use crate::merge::Record;

/// What is compared of contacts.
static PERSON: LazyLock<Schema> = LazyLock::new(Schema::person);

/// How many fields are compared: those of [`Schema::person`], in its order.
pub(crate) const FIELDS: usize = 10;

/// Bytes of the form of a pair.
const FORM_BYTES: usize = 16;

/// A contact as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) id: ContactId,
    /// Empty where nothing is known.
    pub(crate) values: [String; FIELDS],
}

/// A contact as it is compared, of all that is known of it.
pub(crate) fn compared_of(record: &Record) -> Compared {
    let of = |word: &str| record.fields.get(word).cloned();
    let any = |words: [&str; 2]| words.into_iter().find_map(of).unwrap_or_default();
    let one = |word| of(word).unwrap_or_default();
    let values = [
        one("first_name"),
        one("last_name"),
        any(["email", "found_email"]),
        any(["phone", "found_phone"]),
        one("linkedin_url"),
        one("company"),
        one("domain"),
        one("title"),
        one("city"),
        one("country"),
    ];
    Compared { id: record.id, values }
}

/// What stands for the compared fields of both, in whichever order they are given: the same until one changes.
pub(crate) fn form_of(one: &Compared, other: &Compared) -> Vec<u8> {
    let (a, b) = if one.id <= other.id { (one, other) } else { (other, one) };
    let mut hasher = blake3::Hasher::new();
    for side in [a, b] {
        for (field, value) in PERSON.fields.iter().zip(&side.values) {
            hasher.update(normal_form(field.kind, value).as_bytes()).update(b"\0");
        }
    }
    let mut form = vec![0; FORM_BYTES];
    hasher.finalize_xof().fill(&mut form);
    form
}

/// The builder of a table of contacts, and the weights before anything was looked at, among so many contacts.
pub(super) fn start(limits: Limits, among: u32) -> Result<(TableBuilder, Model), MatchError> {
    let mut model = Model::of(&PERSON)?;
    // A part of a workspace is compared: what two random contacts of all are is known, whatever the part.
    model.prior_max = model.prior_max.min(model.matches_per_row / f64::from(among.max(1)));
    Ok((TableBuilder::new(&PERSON, limits)?, model))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn person(id: u128, first: &str, email: &str) -> Compared {
        let mut values: [String; FIELDS] = std::array::from_fn(|_| String::new());
        (values[0], values[2]) = (first.to_owned(), email.to_owned());
        Compared { id: Uuid::from_u128(id).into(), values }
    }

    #[test]
    fn a_form_changes_with_what_is_compared() {
        let (a, b) = (person(1, "Asha", "a@mills.example"), person(2, "A.", ""));
        assert_eq!(form_of(&a, &b), form_of(&b, &a));
        assert_eq!(form_of(&person(1, "ASHA ", "A@Mills.example"), &b), form_of(&a, &b));
        assert_ne!(form_of(&a, &person(2, "Ravi", "")), form_of(&a, &b));
        assert_ne!(
            form_of(&person(1, "A.", ""), &person(2, "Asha", "a@mills.example")),
            form_of(&a, &b)
        );
    }

    #[test]
    fn the_fields_are_those_of_the_schema() {
        let names: Vec<_> = Schema::person().fields.into_iter().map(|field| field.name).collect();
        let ours = [
            "first_name",
            "last_name",
            "email",
            "phone",
            "linkedin_url",
            "company",
            "domain",
            "title",
            "city",
            "country",
        ];
        assert_eq!(names, ours);
    }
}
