//! What an event of Stripe's makes us look at.

use captely_payments::Event;

use super::Billing;
use crate::desk::Desk;
use crate::error::BillingError;
use crate::model::{TransactionKind, Via};
use crate::store;

impl Billing {
    /// Deals with an event that was fetched; a few words say what came of it. What is unknown is left alone.
    pub(crate) async fn deal_with(&self, event: &Event) -> Result<&'static str, BillingError> {
        let object = &event.object;
        let id = object.id.as_deref();
        match (object.kind.as_str(), id) {
            ("checkout.session", Some(id)) => Box::pin(self.refresh_checkout(id)).await,
            ("subscription", Some(id)) => Box::pin(self.refresh_subscription(id)).await,
            ("invoice", _) => match &object.subscription {
                Some(id) => Box::pin(self.refresh_subscription(id)).await,
                None => Ok("no subscription"),
            },
            ("payment_intent", Some(id)) => Box::pin(self.refresh_payment(id)).await,
            ("payment_method", _) | ("customer" | "setup_intent", Some(_)) => {
                match &object.customer {
                    Some(customer) => self.refresh_methods_of(customer).await,
                    None => Ok("no customer"),
                }
            }
            ("charge", _) if event.kind == "charge.refunded" => {
                Box::pin(self.refunded(event)).await
            }
            ("dispute", _) => Box::pin(self.disputed(event)).await,
            _ => Ok("not looked at"),
        }
    }

    /// What was paid back of a charge, in all: the difference to what we know is taken back.
    async fn refunded(&self, event: &Event) -> Result<&'static str, BillingError> {
        let total = event.object.amount_refunded.unwrap_or(0);
        self.taken_back(event, TransactionKind::Refund, |known| total.saturating_sub(known)).await
    }

    /// A bank takes a payment back for now; where it is won, whoever runs the installation gives credits again.
    async fn disputed(&self, event: &Event) -> Result<&'static str, BillingError> {
        if event.object.status.as_deref() == Some("won") {
            tracing::warn!(event = event.id, "A dispute was won; give its credits back by hand");
            return Ok("won: credits are given back by hand");
        }
        if event.object.status.as_deref().is_some_and(is_inquiry) {
            return Ok("an inquiry: no money moved");
        }
        let amount = event.object.amount.unwrap_or(0);
        self.taken_back(event, TransactionKind::Dispute, |_known| amount).await
    }

    async fn taken_back(
        &self,
        event: &Event,
        kind: TransactionKind,
        amount: impl FnOnce(i64) -> i64,
    ) -> Result<&'static str, BillingError> {
        let object = &event.object;
        let Some(payment) = &object.payment_intent else { return Ok("no payment") };
        let workspace = match &object.customer {
            Some(customer) => store::customer::by_stripe(&self.db, customer).await?,
            None => store::invoice::workspace_of_payment(&self.db, payment).await?,
        };
        let Some(workspace) = workspace else { return Ok("unknown customer") };
        let mut tx = self.db.writer().await?;
        let mut desk = Desk::open(self, &mut tx, workspace).await?;
        let found = store::invoice::by_reference(desk.tx, workspace, payment).await?;
        let Some(id) = found else { return Ok("not ours") };
        let invoice = store::invoice::get(desk.tx, workspace, id).await?;
        let invoice = invoice.ok_or(BillingError::NotFound("invoice"))?;
        let left = invoice.total.minor_units.saturating_sub(invoice.refunded);
        let amount = amount(invoice.refunded).min(left);
        if amount <= 0 {
            return Ok("done before");
        }
        let mark = object.id.as_deref().unwrap_or(&event.id);
        // A dispute is one however often it is told; of refunds each brings the sum further.
        let mark = match kind {
            TransactionKind::Dispute => mark.to_owned(),
            _ => format!("{mark}:{}", invoice.refunded.saturating_add(amount)),
        };
        desk.paid_back(&invoice, kind, amount, Via::Stripe, &mark).await?;
        desk.finish().await?;
        tx.commit().await?;
        Ok("done")
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
