//! A payment was taken back: what is left of its credits goes with it. What was spent of them is owed: no balance
//! falls below zero, and the credits that are paid for next give it back first.

use captely_contact::Credits;
use captely_credits::{Adjustment, CreditError, Key};
use serde_json::json;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::invoice::{Invoice, InvoiceKind, InvoiceStatus};
use crate::model::{PurchaseStatus, TransactionKind, Via};
use crate::store;
use crate::stripe::Intent;
use crate::tax::rounded;
use captely_payments::Price;

impl Desk<'_> {
    /// Notes that `amount` of an invoice (smallest units) was paid back in all, or is disputed, and takes back the
    /// credits that it stood for. Told twice it does no more: false.
    pub(crate) async fn paid_back(
        &mut self,
        invoice: &Invoice,
        kind: TransactionKind,
        amount: i64,
        via: Via,
        reference: &str,
    ) -> Result<bool, BillingError> {
        let left = invoice.total.minor_units.saturating_sub(invoice.refunded);
        if invoice.status != InvoiceStatus::Paid || amount <= 0 {
            return Err(BillingError::AbovePayment { left: 0 });
        }
        let key = format!("{}:{}:{reference}", kind.as_str(), invoice.id);
        let price = Price::new(amount, invoice.total.currency);
        if !self.note(kind, invoice, price, via, &key, reference).await? {
            let known = store::transaction::amount_of(self.tx, self.workspace, &key).await?;
            return if known == Some(amount) {
                Ok(false)
            } else {
                Err(BillingError::ReferenceReused)
            };
        }
        if !store::invoice::refund(self.tx, self.workspace, invoice.id, amount).await? {
            return Err(BillingError::AbovePayment { left });
        }
        let whole = invoice.refunded.saturating_add(amount) >= invoice.total.minor_units;
        match invoice.kind {
            InvoiceKind::Package => self.package_paid_back(invoice, amount, whole, &key).await?,
            // A period whose payment is gone is over; a part that is given back is a courtesy.
            _ if whole && self.paid_now(invoice) => {
                if let Some(stripe_id) = self.current.stripe_id.clone() {
                    // Ours ends; Stripe must not go on charging.
                    self.intend(&Intent::CancelNow { stripe_id }).await?;
                }
                self.end().await?;
            }
            _ => {}
        }
        let told = json!({ "invoice": invoice.id, "kind": kind, "amount": amount });
        self.publish("payment.refunded", told);
        Ok(true)
    }

    /// Whether an invoice paid something of the period that runs now.
    fn paid_now(&self, invoice: &Invoice) -> bool {
        invoice.subscription == Some(self.current.id)
            && invoice.paid_at.is_some_and(|at| at >= self.current.period.start)
    }

    async fn package_paid_back(
        &mut self,
        invoice: &Invoice,
        amount: i64,
        whole: bool,
        key: &str,
    ) -> Result<(), BillingError> {
        let purchase = store::purchase::of_invoice(self.tx, self.workspace, invoice.id).await?;
        let Some(mut purchase) = purchase else { return Ok(()) };
        let bought = purchase.package.credits.as_millis();
        let before = purchase.taken_back.as_millis();
        let part = if whole {
            bought.saturating_sub(before)
        } else {
            let total = i128::from(invoice.total.minor_units.max(1));
            rounded(i128::from(bought) * i128::from(amount), total).min(bought - before)
        };
        let wanted = Credits::millis(part);
        let reason = "the payment of these credits was taken back";
        let taken = match purchase.grant {
            Some(grant) if whole && before == 0 => {
                let key = Key::new(format!("revoke:{key}"));
                self.billing.ledger.revoke(self.tx, self.workspace, &key, grant, reason).await?
            }
            _ => self.take(wanted, key, reason).await?,
        };
        let spent = part.saturating_sub(taken.as_millis()).max(0);
        purchase.taken_back = Credits::millis(before.saturating_add(part));
        if whole {
            purchase.status = PurchaseStatus::Refunded;
        }
        store::purchase::take_back(self.tx, self.workspace, &purchase).await?;
        let owed = self.customer.owed.plus(Credits::millis(spent));
        self.set_owed(owed).await
    }

    /// Takes up to `wanted` credits of any kind that are there; how many it were.
    pub(crate) async fn take(
        &mut self,
        wanted: Credits,
        key: &str,
        reason: &str,
    ) -> Result<Credits, BillingError> {
        let mut amount = wanted;
        // Twice at most: the account is locked, so what is left is what it says.
        for _ in 0..2 {
            if amount <= Credits::ZERO {
                break;
            }
            let by_millis = amount.as_millis().saturating_neg();
            let what = Adjustment { by_millis, reason: reason.to_owned(), by: None };
            let key = Key::new(format!("take:{key}:{amount}"));
            match self.billing.ledger.adjust(self.tx, self.workspace, &key, &what).await {
                Ok(_) => return Ok(amount),
                Err(CreditError::TooLittle { left, .. }) => amount = left,
                Err(why) => return Err(why.into()),
            }
        }
        Ok(Credits::ZERO)
    }
}
