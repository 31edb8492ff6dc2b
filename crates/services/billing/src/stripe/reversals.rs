//! Refunds and disputes: what Stripe says was taken back of a payment is written down, and done as soon as the payment is
//! known here, whichever is told first.

use captely_payments::Event;

use super::Billing;
use crate::desk::Desk;
use crate::error::BillingError;
use crate::invoice::Invoice;
use crate::model::{Reversal, TransactionKind, Via};
use crate::refund::reversal_key;
use crate::store;

impl Billing {
    /// What was paid back of a charge, in all.
    pub(super) async fn refunded(&self, event: &Event) -> Result<&'static str, BillingError> {
        let amount = event.object.amount_refunded.unwrap_or(0);
        self.taken_back(event, TransactionKind::Refund, amount, false).await
    }

    /// A bank takes a payment back when a dispute is opened; where it is won the money comes again.
    pub(super) async fn disputed(&self, event: &Event) -> Result<&'static str, BillingError> {
        let status = event.object.status.as_deref();
        if status.is_some_and(is_inquiry) {
            return Ok("an inquiry: no money moved");
        }
        let amount = event.object.amount.unwrap_or(0);
        self.taken_back(event, TransactionKind::Dispute, amount, status == Some("won")).await
    }

    async fn taken_back(
        &self,
        event: &Event,
        kind: TransactionKind,
        amount: i64,
        won: bool,
    ) -> Result<&'static str, BillingError> {
        let Some(payment) = event.object.payment_intent.clone() else { return Ok("no payment") };
        let object = event.object.id.clone().unwrap_or_else(|| event.id.clone());
        let told = Reversal { payment: payment.clone(), kind, object, amount: amount.max(0), won };
        // Whoever notes the payment at the same time finds it there, or is found below.
        let mut tx = self.db.writer().await?;
        store::reversal::lock(&mut tx, &payment).await?;
        store::reversal::tell(&mut tx, &told, self.now()).await?;
        tx.commit().await?;
        let found = store::invoice::workspace_of_payment(&self.db, &payment).await?;
        let Some(workspace) = found else { return Ok("kept until its payment is known") };
        let mut tx = self.db.writer().await?;
        let mut desk = Desk::open(self, &mut tx, workspace).await?;
        let done = desk.reverse(&payment).await?;
        desk.finish().await?;
        tx.commit().await?;
        Ok(if done { "done" } else { "done before" })
    }
}

impl Desk<'_> {
    /// Does what Stripe said was taken back of a payment and was not done yet. Whether there was anything.
    pub(crate) async fn reverse(&mut self, payment: &str) -> Result<bool, BillingError> {
        store::reversal::lock(self.tx, payment).await?;
        let found = store::invoice::by_reference(self.tx, self.workspace, payment).await?;
        let Some(id) = found else { return Ok(false) };
        let mut done = false;
        for told in store::reversal::of_payment(self.tx, payment).await? {
            // Anew each time: the one before has changed it.
            let invoice = store::invoice::get(self.tx, self.workspace, id).await?;
            let invoice = invoice.ok_or(BillingError::NotFound("invoice"))?;
            done |= match (told.kind, told.won) {
                (TransactionKind::Dispute, true) => {
                    self.reinstate(&invoice, Via::Stripe, &told.object).await?
                }
                (TransactionKind::Dispute, false) => self.dispute(&invoice, &told).await?,
                _ => self.refund(&invoice, &told).await?,
            };
        }
        Ok(done)
    }

    /// A dispute is one however often it is told.
    async fn dispute(&mut self, invoice: &Invoice, told: &Reversal) -> Result<bool, BillingError> {
        let key = reversal_key(told.kind, invoice, &told.object);
        let left = invoice.total.minor_units.saturating_sub(invoice.refunded);
        let amount = told.amount.min(left);
        let known = store::transaction::amount_of(self.tx, self.workspace, &key).await?;
        if known.is_some() || amount <= 0 {
            return Ok(false);
        }
        self.paid_back(invoice, told.kind, amount, Via::Stripe, &told.object).await
    }

    /// Of refunds only their sum is told: what it has grown by is paid back.
    async fn refund(&mut self, invoice: &Invoice, told: &Reversal) -> Result<bool, BillingError> {
        let (tx, workspace) = (&mut *self.tx, self.workspace);
        let known = store::transaction::sum_of(tx, workspace, invoice.id, told.kind).await?;
        let left = invoice.total.minor_units.saturating_sub(invoice.refunded);
        let amount = told.amount.saturating_sub(known).min(left);
        if amount <= 0 {
            return Ok(false);
        }
        let mark = format!("{}:{}", told.object, known.saturating_add(amount));
        self.paid_back(invoice, told.kind, amount, Via::Stripe, &mark).await
    }
}

/// A bank that only asks, as yet or for good: nothing is withdrawn (Stripe's API reference, "The Dispute object", `status`).
fn is_inquiry(status: &str) -> bool {
    status.starts_with("warning_") || status == "prevented"
}

#[cfg(test)]
mod tests {
    use super::is_inquiry;

    #[test]
    fn a_question_is_no_dispute() {
        for status in
            ["warning_needs_response", "warning_under_review", "warning_closed", "prevented"]
        {
            assert!(is_inquiry(status), "{status}");
        }
        for status in ["needs_response", "under_review", "won", "lost"] {
            assert!(!is_inquiry(status), "{status}");
        }
    }
}
