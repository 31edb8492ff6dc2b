//! Mail about money, queued with what it tells of. It goes to whoever the workspace named for it, else to its owners.

use captely_platform::db::DbError;
use captely_platform::mail::{self, Mailbox, NewMail, Template, moment};

use crate::desk::Desk;
use crate::error::BillingError;
use crate::invoice::Invoice;

/// What a sealed address belongs to.
pub(crate) const EMAIL_CONTEXT: &str = "billing.email";

impl Desk<'_> {
    /// An invoice that is to be paid by hand; Stripe tells of its own.
    pub(crate) async fn mail_invoice(&mut self, invoice: &Invoice) -> Result<(), BillingError> {
        let (Some(number), Some(due)) = (invoice.shown_number(), invoice.due_at) else {
            return Ok(());
        };
        let terms = self.billing.settings.payment_terms.clone();
        let (workspace, total) = (self.customer.name.clone(), invoice.total.to_string());
        let link = self.link_to(invoice);
        let due = moment(due);
        self.mail(Template::InvoiceIssued { workspace, number, total, due, terms, link }).await
    }

    pub(crate) async fn mail_reminder(&mut self, invoice: &Invoice) -> Result<(), BillingError> {
        let number = invoice.shown_number().unwrap_or_default();
        let (workspace, total) = (self.customer.name.clone(), invoice.total.to_string());
        let link = self.link_to(invoice);
        self.mail(Template::PaymentReminder { workspace, number, total, link }).await
    }

    pub(crate) async fn mail_receipt(&mut self, invoice: &Invoice) -> Result<(), BillingError> {
        let number = invoice.shown_number().unwrap_or_default();
        let what = invoice.lines.first().map(|line| line.description.clone()).unwrap_or_default();
        let (workspace, total) = (self.customer.name.clone(), invoice.total.to_string());
        let link = self.link_to(invoice);
        self.mail(Template::Receipt { workspace, number, total, what, link }).await
    }

    fn link_to(&self, invoice: &Invoice) -> String {
        self.billing.link(&format!("/settings/billing/invoices/{}", invoice.id))
    }

    async fn mail(&mut self, template: Template) -> Result<(), BillingError> {
        let billing = self.billing;
        for to in self.recipients().await? {
            let mail = NewMail { workspace: self.workspace, to, template: template.clone() };
            mail::queue(self.tx, &billing.ids, &billing.keys, self.now, &mail).await?;
        }
        Ok(())
    }

    async fn recipients(&mut self) -> Result<Vec<Mailbox>, BillingError> {
        let Some(sealed) = &self.customer.email_sealed else {
            return Ok(self.billing.accounts.owners(self.tx, self.workspace).await?);
        };
        let broken = |why: String| DbError::Other(format!("the address of a buyer: {why}"));
        let opened = self.billing.keys.open(EMAIL_CONTEXT, sealed);
        let opened = opened.map_err(|why| broken(why.to_string()))?;
        let text = String::from_utf8(opened).map_err(|why| broken(why.to_string()))?;
        let to = Mailbox::new(&text, Some(&self.customer.name));
        Ok(vec![to.map_err(|why| broken(why.to_string()))?])
    }
}
