//! What money was really taken and given back, for whom: the truth that a test compares with.

use std::collections::BTreeMap;

use serde::Serialize;

use super::members::Members as _;
use super::shop::Shop;

/// The money of one customer in one currency, in its smallest unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StripeMoney {
    /// Taken.
    pub charged: i64,
    /// Given back.
    pub refunded: i64,
    /// Taken back by the cardholder's bank, open disputes too.
    pub disputed: i64,
    /// Charges that took money.
    pub charges: u64,
    /// Charges that were refused.
    pub refused: u64,
}

/// One attempt to take money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StripeCharge {
    /// `ch_…`
    pub id: String,
    /// `cus_…`; empty for a guest.
    pub customer: String,
    /// `pi_…`
    pub payment_intent: String,
    /// `in_…`; empty where it was for no invoice.
    pub invoice: String,
    /// In the currency's smallest unit.
    pub amount: i64,
    /// Of it given back.
    pub refunded: i64,
    /// `usd`
    pub currency: String,
    /// Whether money was taken.
    pub paid: bool,
    /// Unix seconds.
    pub at: i64,
}

/// The account's books.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StripeBooks {
    /// By customer and currency; a guest's customer is empty.
    pub customers: BTreeMap<String, BTreeMap<String, StripeMoney>>,
    /// Every attempt, oldest first.
    pub charges: Vec<StripeCharge>,
}

impl StripeBooks {
    /// All that was taken from a customer less what was given back, in a currency's smallest unit.
    pub fn net(&self, customer: &str, currency: &str) -> i64 {
        let money = self.customers.get(customer).and_then(|by| by.get(currency));
        money.map_or(0, |money| money.charged - money.refunded - money.disputed)
    }
}

pub(super) fn books(shop: &Shop) -> StripeBooks {
    let mut books = StripeBooks::default();
    for charge in shop.all("charge") {
        let taken = charge.int("amount_captured");
        let by = books.customers.entry(charge.text("customer").to_owned()).or_default();
        let money = by.entry(charge.text("currency").to_owned()).or_default();
        money.charged += taken;
        money.refunded += charge.int("amount_refunded");
        money.charges += u64::from(taken > 0);
        money.refused += u64::from(!charge.is("paid"));
        let intent = shop.get(charge.text("payment_intent"));
        books.charges.push(StripeCharge {
            id: charge.text("id").to_owned(),
            customer: charge.text("customer").to_owned(),
            payment_intent: charge.text("payment_intent").to_owned(),
            invoice: intent.text("_invoice").to_owned(),
            amount: charge.int("amount"),
            refunded: charge.int("amount_refunded"),
            currency: charge.text("currency").to_owned(),
            paid: charge.is("paid"),
            at: charge.int("created"),
        });
    }
    for dispute in shop.all("dispute").filter(|dispute| dispute.text("status") != "won") {
        let customer = shop.get(dispute.text("charge")).text("customer").to_owned();
        let by = books.customers.entry(customer).or_default();
        by.entry(dispute.text("currency").to_owned()).or_default().disputed +=
            dispute.int("amount");
    }
    books
}
