//! Tax numbers of businesses in the European Union, Northern Ireland and Great Britain, by their form alone.
//!
//! The forms are those that VIES lists (ec.europa.eu/taxation_customs/vies, FAQ, "What is the structure of a VAT
//! number?"). Whether a number was given to somebody, only the register knows.

use std::fmt;
use std::str::FromStr;

/// For each country its forms: `9` is a digit, `A` a letter, `X` either, anything else itself.
const FORMS: &[(&str, &[&str])] = &[
    ("AT", &["U99999999"]),
    ("BE", &["0999999999", "1999999999"]),
    ("BG", &["999999999", "9999999999"]),
    ("CY", &["99999999A"]),
    ("CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", &["999999999"]),
    ("DK", &["99999999"]),
    ("EE", &["999999999"]),
    ("EL", &["999999999"]),
    ("ES", &["X9999999X"]),
    ("FI", &["99999999"]),
    ("FR", &["XX999999999"]),
    ("GB", &["999999999", "999999999999", "GD999", "HA999"]),
    ("HR", &["99999999999"]),
    ("HU", &["99999999"]),
    ("IE", &["9X99999A", "9999999AA"]),
    ("IT", &["99999999999"]),
    ("LT", &["999999999", "999999999999"]),
    ("LU", &["99999999"]),
    ("LV", &["99999999999"]),
    ("MT", &["99999999"]),
    ("NL", &["XXXXXXXXXXXX"]),
    ("PL", &["9999999999"]),
    ("PT", &["999999999"]),
    (
        "RO",
        &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"],
    ),
    ("SE", &["999999999999"]),
    ("SI", &["99999999"]),
    ("SK", &["9999999999"]),
    ("XI", &["999999999", "999999999999", "GD999", "HA999"]),
];

/// A tax number whose form is right: capitals and digits, beginning with the country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VatId(String);

/// A text is no tax number; a sentence goes on behind "the tax number".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VatIdError {
    /// Of a country whose form is not known.
    #[error("must begin with two letters of a country of the EU, XI or GB")]
    Country,
    /// Of another form.
    #[error("has not the form of {country}, such as {country}{form}")]
    Form {
        /// The country.
        country: &'static str,
        /// Its first form.
        form: &'static str,
    },
}

impl VatId {
    /// The number with its country.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Blanks, dots and hyphens are left out.
impl FromStr for VatId {
    type Err = VatIdError;

    fn from_str(text: &str) -> Result<Self, VatIdError> {
        let plain: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '.' | '-'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let (country, number) = plain.split_at_checked(2).ok_or(VatIdError::Country)?;
        let known = FORMS.iter().find(|(name, _)| *name == country);
        let (country, forms) = known.ok_or(VatIdError::Country)?;
        if forms.iter().any(|form| has_form(number, form)) {
            return Ok(Self(plain));
        }
        Err(VatIdError::Form { country, form: forms.first().copied().unwrap_or_default() })
    }
}

fn has_form(number: &str, form: &str) -> bool {
    number.len() == form.len()
        && number.bytes().zip(form.bytes()).all(|(c, form)| match form {
            b'9' => c.is_ascii_digit(),
            b'A' => c.is_ascii_uppercase(),
            b'X' => c.is_ascii_uppercase() || c.is_ascii_digit(),
            fixed => c == fixed,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, plain) in [
            ("de 123 456 789", "DE123456789"),
            ("ATU12345678", "ATU12345678"),
            ("NL123456789B01", "NL123456789B01"),
            ("FR-XX.123456789", "FRXX123456789"),
            ("RO12", "RO12"),
            ("XIGD123", "XIGD123"),
        ] {
            assert_eq!(text.parse::<VatId>().unwrap().as_str(), plain, "{text}");
        }
        for text in
            ["", "D", "DE12345678", "DE12345678A", "AT12345678", "US123456789", "GR123456789", "é1"]
        {
            assert!(text.parse::<VatId>().is_err(), "{text}");
        }
        let said = "DE1".parse::<VatId>().unwrap_err().to_string();
        assert_eq!(said, "has not the form of DE, such as DE999999999");
    }
}
