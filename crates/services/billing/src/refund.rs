//! A payment was taken back: what is left of its credits goes with it. What was spent of them is owed: no balance
//! falls below zero, and the credits that are paid for next give it back first.

use captely_contact::{Credits, Timestamp};
use captely_credits::Key;
use serde_json::json;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::invoice::{Invoice, InvoiceKind, InvoiceStatus};
use crate::model::{Brought, PurchaseStatus, Taken, TransactionKind, Via};
use crate::store;
use crate::stripe::Intent;
use crate::tax::rounded;
use captely_payments::Price;

/// What a line of the ledger says of it.
const REASON: &str = "the payment of these credits was taken back";

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
        let key = reversal_key(kind, invoice, reference);
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
        let taken = match invoice.kind {
            InvoiceKind::Package => self.package_paid_back(invoice, amount, whole, &key).await?,
            // A period whose payment is gone is over; a part that is given back is a courtesy.
            _ if whole => self.period_paid_back(invoice, &key).await?,
            _ => nothing(self.now),
        };
        store::grant::take(self.tx, self.workspace, &key, &taken).await?;
        self.set_owed(self.customer.owed.plus(taken.owed)).await?;
        let told = json!({ "invoice": invoice.id, "kind": kind, "amount": amount });
        self.publish("payment.refunded", told);
        Ok(true)
    }

    /// Whether an invoice paid something of the period that runs now.
    fn paid_now(&self, invoice: &Invoice) -> bool {
        let start = self.current.period.start;
        let later = invoice.paid_at.is_some_and(|at| at >= start);
        invoice.subscription == Some(self.current.id)
            && match self.current.paid_by {
                Some(payer) => payer == invoice.id || later && invoice.kind == InvoiceKind::Upgrade,
                // One of a period before may have been paid late.
                None => later && invoice.period.is_none_or(|period| period.end > start),
            }
    }

    /// All that a period was paid with is gone: so are its credits, and the subscription if the period runs now.
    async fn period_paid_back(
        &mut self,
        invoice: &Invoice,
        key: &str,
    ) -> Result<Taken, BillingError> {
        let brought = store::grant::of_invoice(self.tx, self.workspace, invoice.id).await?;
        let mut taken = self.revoke(&brought, key).await?;
        if self.paid_now(invoice) {
            if let Some(stripe_id) = self.current.stripe_id.clone() {
                // Ours ends; Stripe must not go on charging.
                self.leave(&Intent::CancelNow { stripe_id }).await?;
            }
            taken.left = taken.left.plus(self.end_credits().await?);
            taken.ends_at = taken.ends_at.max(Some(self.current.month(self.now).end));
            self.end().await?;
        }
        Ok(taken)
    }

    /// Takes what is left of grants, and of what went on of them. What was drawn of them is owed.
    async fn revoke(&mut self, brought: &[Brought], key: &str) -> Result<Taken, BillingError> {
        let (ledger, mut taken) = (&self.billing.ledger, nothing(self.now));
        let mut ends = Vec::new();
        for one in brought {
            let mut next = Some(one.grant);
            while let Some(grant) = next {
                let drawn = ledger.drawn(self.tx, self.workspace, grant).await?;
                let key = Key::new(format!("revoke:{key}:{grant}"));
                let left = ledger.revoke(self.tx, self.workspace, &key, grant, REASON).await?;
                if left > Credits::ZERO {
                    // What went on lasts longer than what it came from.
                    ends.push(drawn.ends_at);
                }
                taken.left = taken.left.plus(left);
                taken.owed = taken.owed.plus(drawn.amount);
                next = drawn.rolled_to;
            }
            taken.owed = taken.owed.plus(one.drawn);
        }
        taken.ends_at = last_of(ends);
        Ok(taken)
    }

    async fn package_paid_back(
        &mut self,
        invoice: &Invoice,
        amount: i64,
        whole: bool,
        key: &str,
    ) -> Result<Taken, BillingError> {
        let purchase = store::purchase::of_invoice(self.tx, self.workspace, invoice.id).await?;
        let Some(mut purchase) = purchase else { return Ok(nothing(self.now)) };
        let bought = purchase.package.credits.as_millis();
        let before = purchase.taken_back.as_millis();
        let part = if whole {
            bought.saturating_sub(before)
        } else {
            let total = i128::from(invoice.total.minor_units.max(1));
            rounded(i128::from(bought) * i128::from(amount), total).min(bought - before)
        };
        let mut brought = store::grant::of_invoice(self.tx, self.workspace, invoice.id).await?;
        if let Some(grant) = purchase.grant
            && !brought.iter().any(|one| one.grant == grant)
        {
            // It was bought before they were noted.
            brought.push(Brought { grant, ends_at: None, drawn: Credits::ZERO });
        }
        let not_back = Credits::millis(bought.saturating_sub(before));
        let taken = self.take_part(&brought, Credits::millis(part), not_back, key).await?;
        let back = taken.left.plus(taken.owed).as_millis();
        purchase.taken_back = Credits::millis(before.saturating_add(back));
        if whole {
            purchase.status = PurchaseStatus::Refunded;
        }
        store::purchase::take_back(self.tx, self.workspace, &purchase).await?;
        Ok(taken)
    }

    /// Takes `part` of the credits of a package out of its own grants. Of what is not there as much is owed as was spent of
    /// them: of `not_back`, which is what was never taken back, neither what is left nor what expired.
    async fn take_part(
        &mut self,
        brought: &[Brought],
        part: Credits,
        not_back: Credits,
        key: &str,
    ) -> Result<Taken, BillingError> {
        let (ledger, mut taken) = (&self.billing.ledger, nothing(self.now));
        let (mut wanted, mut spent) = (part.as_millis(), not_back.as_millis());
        let mut ends = Vec::new();
        for one in brought {
            let drawn = ledger.drawn(self.tx, self.workspace, one.grant).await?;
            spent = spent.saturating_sub(drawn.left.plus(drawn.over).as_millis());
            let most = Credits::millis(wanted.min(drawn.left.as_millis()));
            if most <= Credits::ZERO {
                continue;
            }
            let (key, what) = (Key::new(format!("take:{key}:{}", one.grant)), (one.grant, most));
            let left = ledger.take_back(self.tx, self.workspace, &key, what, REASON).await?;
            wanted = wanted.saturating_sub(left.as_millis());
            taken.left = taken.left.plus(left);
            ends.push(one.ends_at);
        }
        taken.owed = Credits::millis(wanted.min(spent).max(0));
        taken.ends_at = last_of(ends);
        Ok(taken)
    }
}

/// Under which a refund or dispute is noted.
pub(crate) fn reversal_key(kind: TransactionKind, invoice: &Invoice, reference: &str) -> String {
    format!("{}:{}:{reference}", kind.as_str(), invoice.id)
}

/// The last of these ends; none where one of them is never.
fn last_of(ends: Vec<Option<Timestamp>>) -> Option<Timestamp> {
    ends.into_iter().collect::<Option<Vec<_>>>()?.into_iter().max()
}

const fn nothing(at: Timestamp) -> Taken {
    Taken { left: Credits::ZERO, owed: Credits::ZERO, ends_at: None, at }
}
