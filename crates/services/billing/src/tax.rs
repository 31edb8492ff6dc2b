//! Tax of an invoice, in integers. Which rate holds where is data; whether it is the right one is for whoever
//! runs the installation to know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// 100 % in basis points.
const WHOLE_BP: i128 = 10_000;

/// The rates of an installation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRules {
    /// Whether prices include the tax; else it is added to them.
    #[serde(default)]
    pub inclusive: bool,
    /// By the two letters of a country (ISO 3166-1); a country that is not here has no tax.
    #[serde(default)]
    pub countries: BTreeMap<String, CountryTax>,
}

/// The tax of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountryTax {
    /// In basis points: 1900 is 19 %.
    pub rate_bp: u16,
    /// Whether a buyer with a tax number owes it themselves (reverse charge).
    #[serde(default)]
    pub reverse_charge: bool,
}

/// A sum taken apart: `net + tax = gross`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taxed {
    /// Without tax, in the smallest unit.
    pub net: i64,
    /// The tax.
    pub tax: i64,
    /// With tax: what is paid.
    pub gross: i64,
    /// The rate, in basis points.
    pub rate_bp: u16,
}

impl TaxRules {
    /// Takes `sum` (of prices as they are listed) apart for a buyer in `country`, who may have a tax
    /// number. The tax is rounded half away from zero, once for the whole sum.
    pub fn apply(&self, sum: i64, country: Option<&str>, has_number: bool) -> Taxed {
        let rule = country.and_then(|country| self.countries.get(country));
        let rate_bp = match rule {
            Some(rule) if !(rule.reverse_charge && has_number) => rule.rate_bp,
            _ => 0,
        };
        let rate = i128::from(rate_bp);
        if self.inclusive {
            let tax = rounded(i128::from(sum) * rate, WHOLE_BP + rate);
            return Taxed { net: sum.saturating_sub(tax), tax, gross: sum, rate_bp };
        }
        let tax = rounded(i128::from(sum) * rate, WHOLE_BP);
        Taxed { net: sum, tax, gross: sum.saturating_add(tax), rate_bp }
    }
}

/// `over / under`, half away from zero. `under` is above zero.
pub(crate) fn rounded(over: i128, under: i128) -> i64 {
    let half = under / 2;
    let moved = if over < 0 { over - half } else { over + half };
    i64::try_from(moved / under).unwrap_or(if over < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(inclusive: bool) -> TaxRules {
        let tax = |rate_bp, reverse_charge| CountryTax { rate_bp, reverse_charge };
        let countries =
            [("DE", tax(1_900, false)), ("FR", tax(2_000, true)), ("XX", tax(1, false))];
        let countries = countries.map(|(name, tax)| (name.to_owned(), tax)).into();
        TaxRules { inclusive, countries }
    }

    #[track_caller]
    fn check(inclusive: bool, sum: i64, country: &str, number: bool, net: i64, tax: i64) {
        let taxed = rules(inclusive).apply(sum, Some(country), number);
        assert_eq!((taxed.net, taxed.tax, taxed.gross), (net, tax, net + tax));
    }

    #[test]
    fn rates() {
        check(false, 4_900, "DE", false, 4_900, 931);
        check(true, 4_900, "DE", false, 4_118, 782);
        check(false, 4_900, "FR", false, 4_900, 980);
        check(false, 4_900, "FR", true, 4_900, 0);
        check(false, 4_900, "US", false, 4_900, 0);
        check(false, -4_900, "DE", false, -4_900, -931);
        check(false, 5_000, "XX", false, 5_000, 1);
        check(false, 4_999, "XX", false, 4_999, 0);
    }

    proptest! {
        #[test]
        fn parts_add_up(sum in any::<i32>(), rate in 0_u16..10_000, inclusive: bool) {
            let country = CountryTax { rate_bp: rate, reverse_charge: false };
            let rules = TaxRules { inclusive, countries: [("DE".to_owned(), country)].into() };
            let taxed = rules.apply(i64::from(sum), Some("DE"), false);
            prop_assert_eq!(taxed.net + taxed.tax, taxed.gross);
            prop_assert_eq!(if inclusive { taxed.gross } else { taxed.net }, i64::from(sum));
            // Within half a unit of the exact tax on the net sum, or a whole one where the net is rounded too.
            let exact = i128::from(taxed.net) * i128::from(rate);
            let off = (exact - i128::from(taxed.tax) * 10_000).abs();
            let most = if inclusive { 10_000 } else { 5_000 };
            prop_assert!(off <= most);
        }
    }
}
