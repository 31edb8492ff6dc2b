//! A dispute was won: the money came back, and so do the credits that went with it, once.

use captely_contact::{Credits, Timestamp};
use captely_credits::{GrantSource, Key, NewGrant};
use captely_payments::Price;
use serde_json::json;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::invoice::{Invoice, InvoiceKind};
use crate::model::{Brought, PurchaseStatus, Taken, TransactionKind, Via};
use crate::refund::reversal_key;
use crate::store;

impl Desk<'_> {
    /// Gives what a dispute took, which is over and won. False where it took nothing, or gave it again before. A subscription that
    /// ended with it stays ended: Stripe does not charge for it any more.
    pub(crate) async fn reinstate(
        &mut self,
        invoice: &Invoice,
        via: Via,
        dispute: &str,
    ) -> Result<bool, BillingError> {
        let opened = reversal_key(TransactionKind::Dispute, invoice, dispute);
        let amount = store::transaction::amount_of(self.tx, self.workspace, &opened).await?;
        let Some(amount) = amount else { return Ok(false) };
        let (kind, price) =
            (TransactionKind::Reinstated, Price::new(amount, invoice.total.currency));
        let key = reversal_key(kind, invoice, dispute);
        if !self.note(kind, invoice, price, via, &key, dispute).await? {
            return Ok(false);
        }
        if !store::invoice::reinstate(self.tx, self.workspace, invoice.id, amount).await? {
            let left = invoice.refunded;
            return Err(BillingError::AbovePayment { left });
        }
        if let Some(taken) = store::grant::taken(self.tx, self.workspace, &opened).await? {
            let given = self.give_again(invoice, &taken, &key).await?;
            if invoice.kind == InvoiceKind::Package {
                self.sell_again(invoice, &taken).await?;
            }
            self.replace_grants(invoice, &given).await?;
        }
        let told = json!({ "invoice": invoice.id, "kind": kind, "amount": amount });
        self.publish("payment.reinstated", told);
        Ok(true)
    }

    /// What was taken away comes back, and what was noted as owed is not owed. Where that was given back meanwhile, out of
    /// other credits, it comes back too.
    async fn give_again(
        &mut self,
        invoice: &Invoice,
        taken: &Taken,
        key: &str,
    ) -> Result<Vec<Brought>, BillingError> {
        let owed = self.customer.owed.as_millis();
        let cleared = owed.min(taken.owed.as_millis());
        self.set_owed(Credits::millis(owed.saturating_sub(cleared))).await?;
        let settled = Credits::millis(taken.owed.as_millis().saturating_sub(cleared));
        let left = (taken.left, self.lasts_again(taken), key.to_owned());
        // It was taken out of what was paid for later, such as packages: no end of this one's ends it.
        let settled = (settled, None, format!("{key}:settled"));
        let package = invoice.kind == InvoiceKind::Package;
        let mut given: Vec<Brought> = Vec::new();
        for (amount, expires_at, key) in [left, settled] {
            if amount <= Credits::ZERO {
                continue;
            }
            let new = NewGrant {
                // No end of a plan takes them again.
                source: if package { GrantSource::Package } else { GrantSource::Adjustment },
                amount,
                priority: None,
                effective_at: None,
                expires_at,
                rollover: None,
                note: "a dispute that was won".to_owned(),
            };
            let ledger = &self.billing.ledger;
            let grant = ledger.grant(self.tx, self.workspace, &Key::new(key), &new).await?;
            given.push(Brought { grant, ends_at: expires_at, drawn: Credits::ZERO });
        }
        // What other credits gave back is in the new ones; spent, and owed if the payment goes once more, is the rest. Of a
        // package its own grants tell.
        if let Some(first) = given.first_mut().filter(|_| !package) {
            first.drawn = Credits::millis(cleared);
        }
        Ok(given)
    }

    /// Their time stood still while they were away. None where it has no end.
    fn lasts_again(&self, taken: &Taken) -> Option<Timestamp> {
        let ends_at = taken.ends_at?;
        if ends_at > taken.at {
            return Some(self.now.plus(ends_at.since(taken.at)));
        }
        // Noted before it was known when what had rolled over would end.
        Some(self.current.month(self.now).end)
    }

    async fn sell_again(&mut self, invoice: &Invoice, taken: &Taken) -> Result<(), BillingError> {
        let purchase = store::purchase::of_invoice(self.tx, self.workspace, invoice.id).await?;
        let Some(mut purchase) = purchase else { return Ok(()) };
        let part = taken.left.plus(taken.owed).as_millis();
        let before = purchase.taken_back.as_millis();
        purchase.taken_back = Credits::millis(before.saturating_sub(part).max(0));
        purchase.status = PurchaseStatus::Paid;
        Ok(store::purchase::take_back(self.tx, self.workspace, &purchase).await?)
    }

    /// Should the payment be taken back once more: in the place of grants of a period, which ended with it, there are the new
    /// ones. A package keeps its own beside them.
    async fn replace_grants(
        &mut self,
        invoice: &Invoice,
        given: &[Brought],
    ) -> Result<(), BillingError> {
        if invoice.kind != InvoiceKind::Package && !given.is_empty() {
            store::grant::forget(self.tx, self.workspace, invoice.id).await?;
        }
        for one in given {
            store::grant::add(self.tx, self.workspace, invoice.id, *one).await?;
        }
        Ok(())
    }
}
