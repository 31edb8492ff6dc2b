//! Invoices that Stripe collected, kept as ours under a number of our series.

use captely_payments::Invoice as Theirs;
use captely_platform::ids::WorkspaceId;

use super::Billing;
use super::picture::time_of;
use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::{InvoiceId, SubscriptionId};
use crate::invoice::{Invoice, InvoiceKind, InvoiceLine, InvoiceStatus, sums};
use crate::model::Via;
use crate::store;

/// Lines that are kept of one invoice.
const LINES_MAX: usize = 100;

impl Desk<'_> {
    /// Keeps an invoice of a subscription that was paid at Stripe, once; the one that is new here. `draft` is ours, made
    /// for it: it is used if it has the same sum, else (a coupon) it is void and theirs is copied. What was for nothing is not
    /// kept.
    pub(super) async fn mirror(
        &mut self,
        theirs: &Theirs,
        kind: InvoiceKind,
        subscription: SubscriptionId,
        draft: Option<InvoiceId>,
    ) -> Result<Option<InvoiceId>, BillingError> {
        let Some(stripe_id) = &theirs.id else { return Ok(None) };
        if !theirs.is_paid()
            || theirs.total.minor_units <= 0
            || store::invoice::by_stripe(self.tx, stripe_id).await?.is_some()
        {
            return Ok(None);
        }
        let reference = theirs.payment_intent.clone().unwrap_or_else(|| stripe_id.clone());
        if let Some(id) = draft {
            let ours = store::invoice::get(self.tx, self.workspace, id).await?;
            let fits = ours
                .filter(|ours| ours.total == theirs.total && ours.status == InvoiceStatus::Draft);
            if let Some(ours) = fits {
                store::invoice::set_stripe(self.tx, self.workspace, id, stripe_id).await?;
                return Ok(Some(self.settle(ours, Via::Stripe, &reference).await?.id));
            }
            store::invoice::void(self.tx, self.workspace, id).await?;
        }
        let copy = self.shadow(theirs, kind, subscription);
        store::invoice::add(self.tx, &copy).await?;
        Ok(Some(self.settle(copy, Via::Stripe, &reference).await?.id))
    }

    /// Theirs in the form of ours.
    pub(super) fn shadow(
        &self,
        theirs: &Theirs,
        kind: InvoiceKind,
        subscription: SubscriptionId,
    ) -> Invoice {
        let lines: Vec<InvoiceLine> = theirs
            .lines
            .iter()
            .take(LINES_MAX)
            .map(|line| InvoiceLine {
                description: line.description.clone().unwrap_or_else(|| "Subscription".to_owned()),
                quantity: line.quantity.and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
                amount: line.amount.minor_units,
            })
            .collect();
        let whole = [InvoiceLine {
            description: String::new(),
            quantity: 1,
            amount: theirs.total.minor_units,
        }];
        let customer = &self.customer;
        let rules = &self.billing.catalogue.tax;
        let taxed = sums(&whole, rules, customer.country.as_deref(), customer.vat_id.is_some());
        let (net, tax, rate_bp) = match taxed {
            Ok(taxed) if taxed.gross == theirs.total.minor_units => {
                (taxed.net, taxed.tax, taxed.rate_bp)
            }
            _ => (theirs.total.minor_units, 0, 0),
        };
        Invoice {
            workspace: self.workspace,
            id: self.new_id(),
            number: None,
            status: InvoiceStatus::Draft,
            kind,
            subscription: Some(subscription),
            net,
            tax,
            total: theirs.total,
            rate_bp,
            refunded: 0,
            period: Some(time_of(theirs).unwrap_or(self.current.period)),
            issued_at: self.now,
            due_at: None,
            paid_at: None,
            buyer: customer.name.clone(),
            country: customer.country.clone(),
            vat_id: customer.vat_id.clone(),
            reference: None,
            stripe_id: theirs.id.clone(),
            lines,
        }
    }
}

impl Billing {
    /// Notes that a payment of Stripe paid an invoice of ours (a package). Told twice it does no more: false.
    pub(super) async fn pay_from_stripe(
        &self,
        workspace: WorkspaceId,
        invoice: InvoiceId,
        payment: &str,
    ) -> Result<bool, BillingError> {
        let mut tx = self.db.writer().await?;
        let mut desk = Desk::open(self, &mut tx, workspace).await?;
        let paid = desk.pay(invoice, Via::Stripe, payment).await?;
        desk.finish().await?;
        tx.commit().await?;
        Ok(paid)
    }
}
