use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Currencies whose smallest unit is the whole one (docs.stripe.com/currencies, "Zero-decimal").
const NO_DECIMALS: [[u8; 3]; 16] = [
    *b"bif", *b"clp", *b"djf", *b"gnf", *b"jpy", *b"kmf", *b"krw", *b"mga", *b"pyg", *b"rwf",
    *b"ugx", *b"vnd", *b"vuv", *b"xaf", *b"xof", *b"xpf",
];

/// Currencies with thousandths (ISO 4217, minor unit 3).
const THREE_DECIMALS: [[u8; 3]; 7] =
    [*b"bhd", *b"iqd", *b"jod", *b"kwd", *b"lyd", *b"omr", *b"tnd"];

/// The three letters of a currency (ISO 4217), lower case as Stripe writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The US dollar.
    pub const USD: Self = Self(*b"usd");

    /// Lower case, as Stripe writes it.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimals its smallest unit stands for: 0, 2 or 3.
    pub fn decimals(self) -> u32 {
        if NO_DECIMALS.contains(&self.0) {
            0
        } else if THREE_DECIMALS.contains(&self.0) {
            3
        } else {
            2
        }
    }
}

/// The text is no currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no currency such as usd: three letters are needed")]
pub struct CurrencyError;

/// Three letters in any case; whether the currency exists is Stripe's to say.
impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        let letters: [u8; 3] = text.trim().as_bytes().try_into().map_err(|_long| CurrencyError)?;
        if !letters.iter().all(u8::is_ascii_alphabetic) {
            return Err(CurrencyError);
        }
        Ok(Self(letters.map(|letter| letter.to_ascii_lowercase())))
    }
}

/// Upper case, as people write it.
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_str().to_ascii_uppercase())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// An amount of money: integer, in the smallest unit of its currency. Negative where it is a credit
/// to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Price {
    /// Cents of a dollar, whole yen.
    pub minor_units: i64,
    /// Of what.
    pub currency: Currency,
}

impl Price {
    /// From the smallest unit: `Price::new(4_900, Currency::USD)` is 49 dollars.
    pub const fn new(minor_units: i64, currency: Currency) -> Self {
        Self { minor_units, currency }
    }
}

/// With all its decimals and the currency: `49.00 USD`, `500 JPY`.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minor_units < 0 { "-" } else { "" };
        let (units, currency) = (self.minor_units.unsigned_abs(), self.currency);
        match currency.decimals() {
            0 => write!(f, "{sign}{units} {currency}"),
            2 => write!(f, "{sign}{}.{:02} {currency}", units / 100, units % 100),
            _ => write!(f, "{sign}{}.{:03} {currency}", units / 1_000, units % 1_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_shown(minor_units: i64, currency: &str, shown: &str) {
        assert_eq!(Price::new(minor_units, currency.parse().unwrap()).to_string(), shown);
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        check_shown(4_900, "usd", "49.00 USD");
        check_shown(-5, "EUR", "-0.05 EUR");
        check_shown(500, "jpy", "500 JPY");
        check_shown(5_120, "kwd", "5.120 KWD");
        check_shown(i64::MIN, "jpy", "-9223372036854775808 JPY");
    }

    #[test]
    fn currencies_are_three_letters() {
        for bad in ["", "us", "usdt", "u$d", "ü1"] {
            assert_eq!(bad.parse::<Currency>(), Err(CurrencyError), "{bad}");
        }
        assert_eq!("USD".parse(), Ok(Currency::USD));
    }
}
