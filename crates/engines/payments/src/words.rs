//! Words of Stripe's that may become more at any time.

/// An enum of Stripe's words that keeps a word it does not know (contract, "Quirks": unknown values
/// appear at any time and never fail).
macro_rules! open_words {
    ($(#[$meta:meta])* $name:ident { $($(#[$word_meta:meta])* $word:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$word_meta])* $word,)+
            /// A word that this program does not know yet.
            Other(String),
        }

        impl $name {
            /// Stripe's word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$word => $text,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($text => Self::$word,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                Ok(Self::from(word.as_ref()))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }
    };
}

pub(crate) use open_words;

#[cfg(test)]
mod tests {
    use crate::Interval;

    #[test]
    fn an_unknown_word_is_kept() {
        let read: Vec<Interval> = serde_json::from_str(r#"["month","fortnight"]"#).unwrap();
        assert_eq!(read, [Interval::Month, Interval::Other("fortnight".to_owned())]);
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"["month","fortnight"]"#);
        assert_eq!(Interval::from("year").to_string(), "year");
    }
}
