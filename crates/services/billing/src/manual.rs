//! What whoever runs the installation does by hand: note that an invoice was paid, or paid back.

use captely_accounts::{Actor, Entry, Origin};
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
        who: &SignedIn,
        id: InvoiceId,
        reference: &str,
        from: &Origin,
    ) -> Result<Invoice, BillingError> {
        self.by_hand()?;
        let workspace = self.workspace_of(id).await?;
        let mut tx = self.db.writer().await?;
        let mut desk = Desk::open(self, &mut tx, workspace).await?;
        let paid = desk.pay(id, Via::Manual, reference).await?;
        desk.finish().await?;
        let invoice = store::invoice::get(&mut tx, workspace, id).await?;
        if paid {
            let detail = json!({ "reference": reference });
            self.log(&mut tx, workspace, who, "billing.invoice_paid", id, detail, from).await?;
        }
        tx.commit().await?;
        invoice.ok_or(BillingError::NotFound("invoice"))
    }

    /// Notes that a part of an invoice (smallest units) was paid back, and takes its credits back.
    pub(crate) async fn mark_refunded(
        &self,
        who: &SignedIn,
        id: InvoiceId,
        amount: i64,
        reference: &str,
        from: &Origin,
    ) -> Result<Invoice, BillingError> {
        self.by_hand()?;
        let workspace = self.workspace_of(id).await?;
        let mut tx = self.db.writer().await?;
        let mut desk = Desk::open(self, &mut tx, workspace).await?;
        let invoice = store::invoice::get(desk.tx, workspace, id).await?;
        let invoice = invoice.ok_or(BillingError::NotFound("invoice"))?;
        let kind = TransactionKind::Refund;
        let done = desk.paid_back(&invoice, kind, amount, Via::Manual, reference).await?;
        desk.finish().await?;
        let invoice = store::invoice::get(&mut tx, workspace, id).await?;
        if done {
            let detail = json!({ "reference": reference, "amount": amount });
            self.log(&mut tx, workspace, who, "billing.invoice_refunded", id, detail, from).await?;
        }
        tx.commit().await?;
        invoice.ok_or(BillingError::NotFound("invoice"))
    }

    fn by_hand(&self) -> Result<(), BillingError> {
        match self.mode {
            Mode::Manual => Ok(()),
            Mode::Off => Err(BillingError::Off),
            Mode::Stripe(_) => Err(BillingError::Conflict(
                "Stripe collects the money here: it tells of payments itself, and refunds are made in its dashboard.",
            )),
        }
    }

    async fn workspace_of(&self, id: InvoiceId) -> Result<WorkspaceId, BillingError> {
        let found = store::invoice::workspace_of(&self.db, id).await?;
        found.ok_or(BillingError::NotFound("invoice"))
    }

    #[expect(clippy::too_many_arguments, reason = "a line of the log: who, what, to what, whence")]
    async fn log(
        &self,
        tx: &mut captely_platform::db::Tx,
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
