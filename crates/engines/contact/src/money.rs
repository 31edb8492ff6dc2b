use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Provider money in integer millionths of a US dollar.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Usd(i64);

impl Usd {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// The largest amount; stands for "no limit" in comparisons.
    pub const MAX: Self = Self(i64::MAX);

    /// From millionths of a dollar.
    pub const fn micros(micros: i64) -> Self {
        Self(micros)
    }

    /// In millionths of a dollar.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Sum, held at the ends of the range rather than wrapping round.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Difference, held at the ends of the range.
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// This price per credit times `credits`, rounded up to a whole millionth.
    pub const fn times(self, credits: Credits) -> Self {
        let thousandths = self.0.saturating_mul(credits.as_millis());
        let up = if thousandths % 1_000 > 0 { 1 } else { 0 };
        Self(thousandths / 1_000 + up)
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Self::plus)
    }
}

/// Dollars with as many of the six decimals as are needed, at least two: `0.015`, `12.50`.
impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        let mut decimals = format!("{part:06}");
        while decimals.len() > 2 && decimals.ends_with('0') {
            decimals.pop();
        }
        f.pad(&format!("{sign}{whole}.{decimals}"))
    }
}

/// Decimal dollars such as `5`, `0.25` or `$1.50`; the error is a sentence.
impl FromStr for Usd {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim().trim_start_matches('$');
        let (_, part) = digits.split_once('.').unwrap_or_default();
        if part.len() > 6 {
            return Err(format!("{text:?} has more than six decimals"));
        }
        let bad = || format!("{text:?} is not an amount in dollars such as 0.25");
        decimal(digits, 6).map(Self).ok_or_else(bad)
    }
}

/// `digits`, a decimal number without a sign, in units of its `decimals`-th decimal; none where it is
/// no such number or too large.
fn decimal(digits: &str, decimals: u32) -> Option<i64> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let width = usize::try_from(decimals).ok().filter(|width| part.len() <= *width)?;
    let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i64 = format!("{part:0<width$}").parse().ok()?;
    whole.checked_mul(10_i64.checked_pow(decimals)?)?.checked_add(part)
}

/// Credits in integer thousandths, so that half a credit is exact.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Credits(i64);

impl Credits {
    /// No credits.
    pub const ZERO: Self = Self(0);

    /// From thousandths.
    pub const fn millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole credits.
    pub const fn whole(credits: i64) -> Self {
        Self(credits.saturating_mul(1_000))
    }

    /// In thousandths.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Sum, held at the ends of the range.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 1_000, self.0.unsigned_abs() % 1_000);
        let text =
            if part == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part:03}") };
        f.pad(&text)
    }
}

/// The longest text of a number of credits, in bytes; zeros in front count.
const CREDITS_CHARS_MAX: usize = 30;

/// Decimal credits such as `5` or `0.5`; the error is a sentence.
impl FromStr for Credits {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || {
            let shown: String = text.chars().take(30).collect();
            format!("{shown:?} is not a number of credits such as 250 or 0.5, to three decimals")
        };
        let short = text.len() <= CREDITS_CHARS_MAX;
        short.then(|| decimal(text.trim(), 3)).flatten().map(Self).ok_or_else(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_read() {
        for (text, millis) in [("5", 5_000), ("0.5", 500), (" 12.345 ", 12_345), ("0", 0)] {
            assert_eq!(text.parse(), Ok(Credits::millis(millis)), "{text}");
        }
        let zeros = "0".repeat(31);
        for bad in ["", ".", "-1", "1e3", "0.0001", "9223372036854775807", &zeros] {
            assert!(bad.parse::<Credits>().is_err(), "{bad}");
        }
    }

    #[test]
    fn dollars_read_and_written() {
        for (text, micros, shown) in [
            ("5", 5_000_000, "5.00"),
            ("$0.25", 250_000, "0.25"),
            ("0.000001", 1, "0.000001"),
            (".5", 500_000, "0.50"),
        ] {
            let usd: Usd = text.parse().unwrap();
            assert_eq!((usd.as_micros(), usd.to_string().as_str()), (micros, shown), "{text}");
        }
        for bad in ["", "$", "-1", "1e3", "1,5", "0.0000001", "99999999999999999999"] {
            assert!(bad.parse::<Usd>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_price_times_credits_rounds_up() {
        assert_eq!(Usd::micros(15).times(Credits::millis(500)), Usd::micros(8));
        assert_eq!(Usd::micros(15_000).times(Credits::whole(9)), Usd::micros(135_000));
    }
}
