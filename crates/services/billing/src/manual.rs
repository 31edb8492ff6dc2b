//! What whoever runs the installation does by hand: note that an invoice was paid, or paid back.

use captely_accounts::{Actor, Entry, Origin};
use captely_platform::db::Tx;
use captely_platform::http::SignedIn;
use captely_platform::ids::WorkspaceId;
use serde_json::json;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::InvoiceId;
use crate::invoice::Invoice;
use crate::model::{TransactionKind, Via};
use crate::service::{Billing, Mode};
use crate::store;

impl Billing {
    /// Notes that an invoice was paid, with the bank's reference. Done twice it does no more.
    pub(crate) async fn mark_paid(
        &self,
        tx: &mut Tx,
        who: &SignedIn,
        id: InvoiceId,
        reference: &str,
        from: &Origin,
    ) -> Result<Invoice, BillingError> {
        let workspace = store::invoice::workspace_of(tx, id).await?;
        let workspace = workspace.ok_or(BillingError::NotFound("invoice"))?;
        let mut desk = Desk::open(self, tx, workspace).await?;
        self.by_hand(store::invoice::get(desk.tx, workspace, id).await?)?;
        let paid = desk.pay(id, Via::Manual, reference).await?;
        desk.finish().await?;
        let invoice = store::invoice::get(tx, workspace, id).await?;
        if paid {
            let detail = json!({ "reference": reference });
            self.log(tx, workspace, who, "billing.invoice_paid", id, detail, from).await?;
        }
        invoice.ok_or(BillingError::NotFound("invoice"))
    }

    /// Notes that a part of an invoice (smallest units) was paid back, and takes its credits back.
    pub(crate) async fn mark_refunded(
        &self,
        tx: &mut Tx,
        who: &SignedIn,
        id: InvoiceId,
        amount: i64,
        reference: &str,
        from: &Origin,
    ) -> Result<Invoice, BillingError> {
        let workspace = store::invoice::workspace_of(tx, id).await?;
        let workspace = workspace.ok_or(BillingError::NotFound("invoice"))?;
        let mut desk = Desk::open(self, tx, workspace).await?;
        let invoice = self.by_hand(store::invoice::get(desk.tx, workspace, id).await?)?;
        let kind = TransactionKind::Refund;
        let done = desk.paid_back(&invoice, kind, amount, Via::Manual, reference).await?;
        desk.finish().await?;
        let invoice = store::invoice::get(tx, workspace, id).await?;
        if done {
            let detail = json!({ "reference": reference, "amount": amount });
            self.log(tx, workspace, who, "billing.invoice_refunded", id, detail, from).await?;
        }
        invoice.ok_or(BillingError::NotFound("invoice"))
    }

    /// Only what Stripe does not collect: that has no date by which it is to be paid.
    fn by_hand(&self, invoice: Option<Invoice>) -> Result<Invoice, BillingError> {
        let invoice = invoice.ok_or(BillingError::NotFound("invoice"))?;
        match self.mode {
            Mode::Off => Err(BillingError::Off),
            Mode::Stripe(_) if invoice.due_at.is_none() => Err(BillingError::Conflict(
                "Stripe collects this invoice: it tells of payments itself, and refunds are made in its dashboard.",
            )),
            Mode::Manual | Mode::Stripe(_) => Ok(invoice),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a line of the log: who, what, to what, whence")]
    async fn log(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        who: &SignedIn,
        action: captely_accounts::Action,
        id: InvoiceId,
        detail: serde_json::Value,
        from: &Origin,
    ) -> Result<(), BillingError> {
        let actor = Actor::Person(who.user);
        let entry = Entry::new(workspace, actor, action).of(id).with(detail);
        self.accounts.audit(tx, from, entry.clone()).await?;
        let entry = Entry { workspace: WorkspaceId::INSTALLATION, ..entry };
        Ok(self.accounts.audit(tx, from, entry).await?)
    }
}
