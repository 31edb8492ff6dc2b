//! Invoices are made.

use captely_contact::Timestamp;
use captely_payments::Price;

use crate::catalogue::Package;
use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::TransactionId;
use crate::invoice::{Invoice, InvoiceKind, InvoiceLine, InvoiceStatus, sums};
use crate::model::{Transaction, TransactionKind, Via};
use crate::period::Period;
use crate::proration::Proration;
use crate::store;
use crate::subscription::{Scheduled, Subscription};

/// Seconds of a day.
const DAY_S: u64 = 86_400;

/// What an invoice is to be about.
pub(crate) struct Draft {
    pub(crate) kind: InvoiceKind,
    pub(crate) subscription: Option<crate::ids::SubscriptionId>,
    pub(crate) period: Option<Period>,
    pub(crate) lines: Vec<InvoiceLine>,
}

impl Draft {
    /// A period of a subscription.
    pub(crate) fn of_period(kind: InvoiceKind, one: &Subscription) -> Self {
        let description = format!("{}, {}", one.plan.name, one.cycle);
        let amount = one.plan.price(one.cycle);
        Self {
            kind,
            subscription: Some(one.id),
            period: Some(one.period),
            lines: vec![InvoiceLine { description, quantity: 1, amount }],
        }
    }

    /// The difference to a larger plan.
    pub(crate) fn of_upgrade(from: &Subscription, to: &Scheduled, found: &Proration) -> Self {
        let line = |description, amount| InvoiceLine { description, quantity: 1, amount };
        let (old, new) = (&from.plan.name, &to.plan.name);
        let lines = vec![
            line(format!("{new}, {}, from {}", to.cycle, found.at), found.owed),
            line(format!("{old}, {}, not used from {}", from.cycle, found.at), found.unused),
        ];
        let (kind, subscription) = (InvoiceKind::Upgrade, Some(from.id));
        Self { kind, subscription, period: Some(from.period), lines }
    }

    /// A package of credits.
    pub(crate) fn of_package(package: &Package) -> Self {
        let (description, amount) = (package.name.clone(), package.price);
        let lines = vec![InvoiceLine { description, quantity: 1, amount }];
        Self { kind: InvoiceKind::Package, subscription: None, period: None, lines }
    }
}

impl Desk<'_> {
    /// The invoice of the present period of the subscription.
    pub(crate) async fn issue_period(
        &mut self,
        kind: InvoiceKind,
    ) -> Result<Invoice, BillingError> {
        let draft = Draft::of_period(kind, &self.current);
        self.issue(draft).await
    }

    /// Issues an invoice. One that a page of Stripe's is made for stays a draft without a number until it is paid, since most
    /// that are begun there are never finished.
    pub(crate) async fn issue(&mut self, draft: Draft) -> Result<Invoice, BillingError> {
        // Stripe makes its own for what it renews; ours of these are of those who paid by hand before.
        let has_page = matches!(draft.kind, InvoiceKind::Subscription | InvoiceKind::Package);
        let at_stripe = has_page && self.billing.stripe().is_some();
        let (country, vat_id) = (self.customer.country.clone(), self.customer.vat_id.clone());
        let rules = &self.billing.catalogue.tax;
        let taxed = sums(&draft.lines, rules, country.as_deref(), vat_id.is_some())?;
        let number = if at_stripe { None } else { Some(store::invoice::number(self.tx).await?) };
        let invoice = Invoice {
            workspace: self.workspace,
            id: self.new_id(),
            number,
            status: if at_stripe { InvoiceStatus::Draft } else { InvoiceStatus::Open },
            kind: draft.kind,
            subscription: draft.subscription,
            net: taxed.net,
            tax: taxed.tax,
            total: Price::new(taxed.gross, self.billing.catalogue.currency),
            rate_bp: taxed.rate_bp,
            refunded: 0,
            period: draft.period,
            issued_at: self.now,
            due_at: (!at_stripe).then(|| self.due_at()),
            paid_at: None,
            buyer: self.customer.name.clone(),
            country,
            vat_id,
            reference: None,
            stripe_id: None,
            lines: draft.lines,
        };
        store::invoice::add(self.tx, &invoice).await?;
        Ok(invoice)
    }

    fn due_at(&self) -> Timestamp {
        let days = u64::from(self.billing.catalogue.invoice.due_days);
        self.now.plus(std::time::Duration::from_secs(days.saturating_mul(DAY_S)))
    }

    /// A line of the history of payments. False where it is there already.
    pub(crate) async fn note(
        &mut self,
        kind: TransactionKind,
        invoice: &Invoice,
        amount: Price,
        via: Via,
        key: &str,
        reference: &str,
    ) -> Result<bool, BillingError> {
        let one = Transaction {
            id: self.new_id::<TransactionId>(),
            kind,
            invoice: Some(invoice.id),
            amount,
            via,
            reference: reference.to_owned(),
            at: self.now,
        };
        Ok(store::transaction::add(self.tx, self.workspace, key, &one).await?)
    }
}
