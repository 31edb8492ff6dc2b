//! Invoices: lines, sums and tax in integers.

use captely_contact::Timestamp;
use captely_payments::Price;
use captely_platform::ids::WorkspaceId;

use crate::ids::{InvoiceId, SubscriptionId};
use crate::model::words;
use crate::period::Period;
use crate::tax::TaxRules;

words! {
    /// How an invoice stands.
    InvoiceStatus:
    /// It is being paid at Stripe and has no number yet.
    Draft = "draft",
    /// It was issued and waits for its payment.
    Open = "open",
    /// It was paid.
    Paid = "paid",
    /// It is not to be paid any more; its number stays.
    Void = "void",
}

words! {
    /// What an invoice is for.
    InvoiceKind:
    /// The first period of a subscription.
    Subscription = "subscription",
    /// The difference to a larger plan.
    Upgrade = "upgrade",
    /// A further period.
    Renewal = "renewal",
    /// Credits that are bought once.
    Package = "package",
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvoiceLine {
    /// What it is.
    pub(crate) description: String,
    /// How many.
    pub(crate) quantity: u32,
    /// For all of them, in the smallest unit, as prices are listed; below zero where it is given back.
    pub(crate) amount: i64,
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invoice {
    pub(crate) workspace: WorkspaceId,
    pub(crate) id: InvoiceId,
    /// None while it is a draft.
    pub(crate) number: Option<u32>,
    pub(crate) status: InvoiceStatus,
    pub(crate) kind: InvoiceKind,
    pub(crate) subscription: Option<SubscriptionId>,
    /// Without tax, in the smallest unit.
    pub(crate) net: i64,
    pub(crate) tax: i64,
    /// With tax: what is paid.
    pub(crate) total: Price,
    /// Basis points.
    pub(crate) rate_bp: u16,
    /// Paid back.
    pub(crate) refunded: i64,
    pub(crate) period: Option<Period>,
    pub(crate) issued_at: Timestamp,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) buyer: String,
    pub(crate) country: Option<String>,
    pub(crate) vat_id: Option<String>,
    /// How it was paid.
    pub(crate) reference: Option<String>,
    pub(crate) stripe_id: Option<String>,
    pub(crate) lines: Vec<InvoiceLine>,
}

/// The sums of an invoice cannot be reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the lines of an invoice add up to more than can be counted")]
pub struct TooMuch;

/// Net, tax, total and rate of `lines` for a buyer.
pub(crate) fn sums(
    lines: &[InvoiceLine],
    rules: &TaxRules,
    country: Option<&str>,
    has_number: bool,
) -> Result<crate::tax::Taxed, TooMuch> {
    let sum = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.amount));
    let taxed = rules.apply(sum.ok_or(TooMuch)?, country, has_number);
    if taxed.net.checked_add(taxed.tax) == Some(taxed.gross) { Ok(taxed) } else { Err(TooMuch) }
}

impl Invoice {
    /// Its number as people see it: `2026-000042`, the year being that of its issue.
    pub(crate) fn shown_number(&self) -> Option<String> {
        let year: String = self.issued_at.to_string().chars().take(4).collect();
        self.number.map(|number| format!("{year}-{number:06}"))
    }

    /// What is still to be paid, in the smallest unit.
    pub(crate) const fn due(&self) -> i64 {
        match self.status {
            InvoiceStatus::Draft | InvoiceStatus::Open => self.total.minor_units,
            InvoiceStatus::Paid | InvoiceStatus::Void => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(amount: i64) -> InvoiceLine {
        InvoiceLine { description: "Starter".to_owned(), quantity: 1, amount }
    }

    #[test]
    fn lines_are_summed_before_they_are_taxed() {
        let country = crate::tax::CountryTax { rate_bp: 1_900, reverse_charge: false };
        let rules = TaxRules { inclusive: false, countries: [("DE".to_owned(), country)].into() };
        let found = sums(&[line(7_450), line(-2_450)], &rules, Some("DE"), false).unwrap();
        assert_eq!((found.net, found.tax, found.gross), (5_000, 950, 5_950));
    }

    #[test]
    fn sums_that_cannot_be_counted_are_refused() {
        let rules = TaxRules::default();
        assert_eq!(sums(&[line(i64::MAX), line(1)], &rules, None, false), Err(TooMuch));
    }
}
