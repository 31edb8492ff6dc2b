use std::fmt;
use std::ops::Deref;

use captely_contact::EmailAddress;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A text of `MIN` to `MAX` characters without control characters, trimmed. Line breaks count as
/// control characters: these are names and titles, not letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// The text if it is allowed; the error is a sentence.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let length = text.chars().count();
        if !(MIN..=MAX).contains(&length) {
            return Err(format!("must have {MIN} to {MAX} characters, and has {length}"));
        }
        if let Some(bad) = text.chars().find(|c| c.is_control() || is_invisible(*c)) {
            return Err(format!("must be plain text on one line, and has {bad:?}"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Characters that turn the order of text around and are used to deceive (Unicode UAX #9).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

impl<const MIN: usize, const MAX: usize> Deref for Text<MIN, MAX> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Display for Text<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Text<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for Text<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.min_length(Some(MIN)).max_length(Some(MAX)).into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for Text<MIN, MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Text{MIN}To{MAX}").into()
    }
}

/// An e-mail address, as `captely_contact` reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(pub EmailAddress);

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let read = text.trim().parse::<EmailAddress>();
        read.map(Self)
            .map_err(|why| serde::de::Error::custom(format!("is no e-mail address: {why}")))
    }
}

impl PartialSchema for Email {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let format =
            utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Email);
        text.format(Some(format)).max_length(Some(254)).into()
    }
}

impl ToSchema for Email {
    fn name() -> std::borrow::Cow<'static, str> {
        "Email".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let read = |text: &str| Text::<2, 5>::new(text).map(Text::into_string);
        assert_eq!(read(" Ada "), Ok("Ada".to_owned()));
        assert_eq!(read("Zoë Ö"), Ok("Zoë Ö".to_owned()));
        assert_eq!(read("A").unwrap_err(), "must have 2 to 5 characters, and has 1");
        for bad in ["a\0b", "a\nb", "a\u{202E}b"] {
            assert!(read(bad).unwrap_err().contains("plain text"), "{bad:?}");
        }
    }
}
