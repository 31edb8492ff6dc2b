//! Credits in a catalogue: whole numbers, or texts such as `"0.5"`.

use captely_contact::Credits;
use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;

struct Amount;

impl Visitor<'_> for Amount {
    type Value = Credits;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of credits, whole or as a text such as \"0.5\"")
    }

    fn visit_i64<E: Error>(self, whole: i64) -> Result<Credits, E> {
        if whole < 0 {
            return Err(E::custom("a number of credits is not below zero"));
        }
        Ok(Credits::whole(whole))
    }

    fn visit_u64<E: Error>(self, whole: u64) -> Result<Credits, E> {
        let whole = i64::try_from(whole).map_err(|_too_many| E::custom("too many credits"))?;
        self.visit_i64(whole)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Credits, E> {
        text.parse().map_err(E::custom)
    }
}

/// One amount.
pub(super) mod one {
    use super::{Amount, Credits, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives it so")]
    pub(crate) fn serialize<S: Serializer>(amount: &Credits, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Credits, D::Error> {
        from.deserialize_any(Amount)
    }
}

/// One or none.
pub(super) mod option {
    use super::{Amount, Credits, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde gives it so")]
    pub(crate) fn serialize<S: Serializer>(
        amount: &Option<Credits>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match amount {
            Some(amount) => to.collect_str(amount),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Credits>, D::Error> {
        // A catalogue has no null: what is absent is not read.
        from.deserialize_any(Amount).map(Some)
    }
}

/// Prices by action.
pub(super) mod prices {
    use std::collections::BTreeMap;

    use captely_credits::Action;
    use serde::{Deserialize, Serialize};

    use super::{Credits, Deserializer, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct One(#[serde(with = "super::one")] Credits);

    pub(crate) fn serialize<S: Serializer>(
        prices: &BTreeMap<Action, Credits>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_map(prices.iter().map(|(action, price)| (action, One(*price))))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<Action, Credits>, D::Error> {
        let read = BTreeMap::<Action, One>::deserialize(from)?;
        Ok(read.into_iter().map(|(action, One(price))| (action, price)).collect())
    }
}
