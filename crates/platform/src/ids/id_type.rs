use uuid::Uuid;

/// A text is no id of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It starts with another prefix, or none.
    #[error("{text:?} is no id that starts with {prefix}_")]
    Prefix {
        /// What was given, cut to 60 characters.
        text: String,
        /// What it should start with.
        prefix: &'static str,
    },
    /// What follows the prefix is not 32 hexadecimal digits.
    #[error("{text:?} does not end in 32 hexadecimal digits")]
    Digits {
        /// What was given, cut to 60 characters.
        text: String,
    },
}

/// The id in `text`, which is `prefix`, `_` and 32 hexadecimal digits.
#[doc(hidden)]
pub fn parse_id(text: &str, prefix: &'static str) -> Result<Uuid, IdError> {
    let shown = || text.chars().take(60).collect::<String>();
    let digits = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or_else(|| IdError::Prefix { text: shown(), prefix })?;
    let plain = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = if plain { digits } else { "" };
    Uuid::try_parse(digits).map_err(|_why: uuid::Error| IdError::Digits { text: shown() })
}

/// Makes a typed id: `id_type!(ContactId, "con")` gives `ContactId`, shown and serialised as
/// `con_` and 32 hexadecimal digits, kept in the database as a UUID (16 bytes).
///
/// The crate that uses it needs no dependency of its own for it.
#[macro_export]
macro_rules! id_type {
    ($name:ident, $prefix:literal) => {
        #[doc = concat!("An id, shown as `", $prefix, "_` and 32 hexadecimal digits.")]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::macro_support::uuid::Uuid);

        impl $name {
            /// What the shown form starts with.
            pub const PREFIX: &'static str = $prefix;

            /// The bare id, as the database keeps it.
            pub const fn as_uuid(self) -> $crate::macro_support::uuid::Uuid {
                self.0
            }
        }

        impl ::std::convert::From<$crate::macro_support::uuid::Uuid> for $name {
            fn from(uuid: $crate::macro_support::uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl ::std::convert::From<$name> for $crate::macro_support::uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl ::std::convert::From<$name> for $crate::db::Value {
            fn from(id: $name) -> Self {
                Self::Id(id.0)
            }
        }

        impl $crate::db::Nullable for $name {
            const NULL: $crate::db::Value = $crate::db::Value::NullId;
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::write!(f, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::ids::IdError;
            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                $crate::ids::parse_id(text, $prefix).map(Self)
            }
        }

        impl $crate::macro_support::serde::Serialize for $name {
            fn serialize<S: $crate::macro_support::serde::Serializer>(
                &self,
                to: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> $crate::macro_support::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::macro_support::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text =
                    <::std::string::String as $crate::macro_support::serde::Deserialize>::deserialize(
                        from,
                    )?;
                text.parse().map_err($crate::macro_support::serde::de::Error::custom)
            }
        }

        impl<DB> $crate::macro_support::sqlx::Type<DB> for $name
        where
            DB: $crate::macro_support::sqlx::Database,
            $crate::macro_support::uuid::Uuid: $crate::macro_support::sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <$crate::macro_support::uuid::Uuid as $crate::macro_support::sqlx::Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <$crate::macro_support::uuid::Uuid as $crate::macro_support::sqlx::Type<DB>>::compatible(ty)
            }
        }

        impl<'r, DB> $crate::macro_support::sqlx::Decode<'r, DB> for $name
        where
            DB: $crate::macro_support::sqlx::Database,
            $crate::macro_support::uuid::Uuid: $crate::macro_support::sqlx::Decode<'r, DB>,
        {
            fn decode(
                value: DB::ValueRef<'r>,
            ) -> ::std::result::Result<Self, $crate::macro_support::sqlx::error::BoxDynError> {
                $crate::macro_support::uuid::Uuid::decode(value).map(Self)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ContactId, RunId};

    #[test]
    fn shown_parsed_and_serialised_as_one_text() {
        let id = ContactId::from(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_00ab));
        let text = "con_019900000000700080000000000000ab";
        assert_eq!(id.to_string(), text);
        assert_eq!(format!("{id:?}"), text);
        assert_eq!(text.parse(), Ok(id));
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("{text:?}"));
        assert_eq!(serde_json::from_str::<ContactId>(&format!("{text:?}")).unwrap(), id);
    }

    #[track_caller]
    fn check(text: &str, why: &str) {
        assert_eq!(text.parse::<RunId>().unwrap_err().to_string(), why);
    }

    #[test]
    fn other_texts_are_refused() {
        check(
            "con_019900000000700080000000000000ab",
            "\"con_019900000000700080000000000000ab\" is no id that starts with run_",
        );
        check("run_12", "\"run_12\" does not end in 32 hexadecimal digits");
        check("run", "\"run\" is no id that starts with run_");
        let hyphens = "run_01990000-0000-7000-8000-0000000000ab";
        check(hyphens, &format!("{hyphens:?} does not end in 32 hexadecimal digits"));
    }
}
