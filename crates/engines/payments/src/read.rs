//! Parts that many of Stripe's objects have in common, in the forms in which they travel.

use captely_contact::Timestamp;
use captely_providers::Key;
use serde::{Deserialize, Deserializer, Serializer};

const MICROS_PER_S: i64 = 1_000_000;

/// From seconds since 1970, held at the ends of the range.
pub(crate) const fn from_seconds(seconds: i64) -> Timestamp {
    Timestamp::micros(seconds.saturating_mul(MICROS_PER_S))
}

/// In whole seconds since 1970; what is behind the second is cut.
pub(crate) const fn to_seconds(moment: Timestamp) -> i64 {
    moment.as_micros().div_euclid(MICROS_PER_S)
}

/// Reads seconds since 1970, or null.
pub(crate) fn maybe_moment<'de, D>(from: D) -> Result<Option<Timestamp>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(Option::<i64>::deserialize(from)?.map(from_seconds))
}

/// Writes seconds since 1970, or null. Serde hands a reference to the field, hence the form.
#[expect(clippy::ref_option, reason = "serde's serialize_with passes the field by reference")]
pub(crate) fn write_moment<S: Serializer>(
    moment: &Option<Timestamp>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match moment {
        Some(moment) => to.serialize_i64(to_seconds(*moment)),
        None => to.serialize_none(),
    }
}

/// Another object, by its id or in full (`expand[]`).
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Reference<T> {
    /// The usual form.
    Id(String),
    /// What was expanded.
    Object(T),
}

/// As much of any object as is needed to name it.
#[derive(Deserialize)]
pub(crate) struct Named {
    id: String,
}

impl Reference<Named> {
    fn into_id(self) -> String {
        match self {
            Self::Id(id) | Self::Object(Named { id }) => id,
        }
    }
}

/// Reads the id of another object, which may be there in full.
pub(crate) fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Reference::<Named>::deserialize(from).map(Reference::into_id)
}

/// Reads the id of another object, which may be there in full, or null.
pub(crate) fn maybe_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Reference<Named>>::deserialize(from)?.map(Reference::into_id))
}

/// Reads a text that must not be seen.
pub(crate) fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Key, D::Error> {
    String::deserialize(from).map(Key::from)
}

/// Reads a text that must not be seen, or null.
pub(crate) fn maybe_secret<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Key>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(Key::from))
}

/// Whatever holds the secret with which a browser pays.
#[derive(Deserialize)]
pub(crate) struct Confirmation {
    #[serde(default, deserialize_with = "maybe_secret")]
    pub(crate) client_secret: Option<Key>,
}

/// Reads null as the empty value.
pub(crate) fn or_empty<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// A list inside another object.
#[derive(Deserialize)]
pub(crate) struct Inner<T> {
    pub(crate) data: Vec<T>,
    #[serde(default)]
    pub(crate) has_more: bool,
}

impl<T> Default for Inner<T> {
    fn default() -> Self {
        Self { data: Vec::new(), has_more: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Sample {
        #[serde(deserialize_with = "id")]
        customer: String,
        #[serde(default, deserialize_with = "maybe_id")]
        invoice: Option<String>,
        #[serde(default, deserialize_with = "maybe_moment")]
        ended_at: Option<Timestamp>,
    }

    #[track_caller]
    fn check(json: &str, customer: &str, invoice: Option<&str>, ended_s: Option<i64>) {
        let read: Sample = serde_json::from_str(json).unwrap();
        assert_eq!(read.customer, customer);
        assert_eq!(read.invoice.as_deref(), invoice);
        assert_eq!(read.ended_at.map(to_seconds), ended_s);
    }

    #[test]
    fn others_are_named_or_there_in_full() {
        check(r#"{"customer":"cus_1"}"#, "cus_1", None, None);
        check(
            r#"{"customer":{"id":"cus_1","x":1},"invoice":null,"ended_at":null}"#,
            "cus_1",
            None,
            None,
        );
        check(
            r#"{"customer":"cus_1","invoice":{"id":"in_1"},"ended_at":1700000000}"#,
            "cus_1",
            Some("in_1"),
            Some(1_700_000_000),
        );
    }

    #[test]
    fn moments_beyond_the_range_are_held_at_its_end() {
        assert_eq!(from_seconds(i64::MAX).as_micros(), i64::MAX);
        assert_eq!(to_seconds(Timestamp::micros(1_999_999)), 1);
    }
}
