//! Payments that Stripe tried in vain.

use captely_payments::Invoice as Theirs;

use super::picture::kind_of;
use crate::desk::Desk;
use crate::error::BillingError;
use crate::model::{Transaction, TransactionKind, Via};
use crate::store;

impl Desk<'_> {
    /// Notes each try of Stripe's that failed, once, and tells of it.
    pub(super) async fn tell_failure(&mut self, theirs: &Theirs) -> Result<(), BillingError> {
        let Some(id) = &theirs.id else { return Ok(()) };
        let key = format!("failed:{id}:{}", theirs.attempt_count);
        let invoice = self.shadow(theirs, kind_of(theirs), self.current.id);
        let one = Transaction {
            id: self.new_id(),
            kind: TransactionKind::Failure,
            invoice: None,
            amount: theirs.amount_due,
            via: Via::Stripe,
            reference: id.clone(),
            at: self.now,
        };
        if store::transaction::add(self.tx, self.workspace, &key, &one).await? {
            let told =
                serde_json::json!({ "plan": self.current.plan.id, "try": theirs.attempt_count });
            self.publish("payment.failed", told);
            self.mail_reminder(&invoice).await?;
        }
        Ok(())
    }
}
