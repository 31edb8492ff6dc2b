//! A payment came: the invoice is paid, and what it was for is given.

use captely_contact::Credits;
use captely_credits::{GrantId, GrantSource, Key, NewGrant};
use serde_json::json;

use crate::change::Change;
use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::InvoiceId;
use crate::invoice::{Invoice, InvoiceKind, InvoiceStatus};
use crate::model::{Brought, TransactionKind, Via};
use crate::period::{self, Period};
use crate::store;
use crate::subscription::{Status, Subscription};

impl Desk<'_> {
    /// Notes that an invoice was paid, and gives what it was for. Told twice it does no more: false.
    pub(crate) async fn pay(
        &mut self,
        id: InvoiceId,
        via: Via,
        reference: &str,
    ) -> Result<bool, BillingError> {
        let invoice = store::invoice::get(self.tx, self.workspace, id).await?;
        let invoice = invoice.ok_or(BillingError::NotFound("invoice"))?;
        match invoice.status {
            InvoiceStatus::Paid => return Ok(false),
            InvoiceStatus::Void => {
                return Err(BillingError::Conflict(
                    "This invoice is void; what it was for has lapsed.",
                ));
            }
            InvoiceStatus::Draft | InvoiceStatus::Open => {}
        }
        let invoice = self.settle(invoice, via, reference).await?;
        self.give(&invoice).await?;
        self.catch_up().await?;
        Ok(true)
    }

    /// Marks an invoice paid under its number, in the books, to listeners and by mail.
    pub(crate) async fn settle(
        &mut self,
        mut invoice: Invoice,
        via: Via,
        reference: &str,
    ) -> Result<Invoice, BillingError> {
        let number = match invoice.number {
            Some(number) => number,
            None => store::invoice::number(self.tx).await?,
        };
        store::invoice::pay(self.tx, &invoice, number, reference, self.now).await?;
        invoice.status = InvoiceStatus::Paid;
        (invoice.number, invoice.paid_at) = (Some(number), Some(self.now));
        let (id, total) = (invoice.id, invoice.total);
        let (kind, key) = (TransactionKind::Payment, format!("paid:{id}"));
        self.note(kind, &invoice, total, via, &key, reference).await?;
        if via == Via::Stripe {
            self.settled.push(reference.to_owned());
        }
        let number = invoice.shown_number();
        self.publish(
            "payment.succeeded",
            json!({ "invoice": id, "number": number, "amount": total.minor_units,
                    "currency": total.currency.as_str() }),
        );
        self.mail_receipt(&invoice).await?;
        Ok(invoice)
    }

    async fn give(&mut self, invoice: &Invoice) -> Result<(), BillingError> {
        match invoice.kind {
            InvoiceKind::Package => self.give_package(invoice).await,
            InvoiceKind::Subscription => self.give_order(invoice).await,
            InvoiceKind::Renewal => {
                self.give_renewal(invoice);
                Ok(())
            }
            InvoiceKind::Upgrade => self.give_upgrade(invoice).await,
        }
    }

    /// The first payment of an order: it takes the place of the plan so far, from now on.
    async fn give_order(&mut self, invoice: &Invoice) -> Result<(), BillingError> {
        let order = store::subscription::order(self.tx, self.workspace).await?;
        let order = order.filter(|order| Some(order.id) == invoice.subscription);
        let order = order.ok_or(BillingError::NotFound("order"))?;
        let period = Period::of(self.now, 0, order.cycle.months());
        let begun = Subscription {
            status: Status::Active,
            anchor: self.now,
            period,
            paid_through: period.end,
            paid_by: Some(invoice.id),
            open_invoice: None,
            open_due_at: None,
            ..order
        };
        self.replace(begun, false).await
    }

    fn give_renewal(&mut self, invoice: &Invoice) {
        let asked = self.current.open_invoice == Some(invoice.id);
        if asked && invoice.subscription == Some(self.current.id) {
            self.current.paid_by = Some(invoice.id);
            self.paid_up(self.current.period);
        }
    }

    /// Nothing is missing any more, and `period` is paid.
    pub(crate) fn paid_up(&mut self, period: Period) {
        let current = &mut self.current;
        let was = current.status;
        current.status = Status::Active;
        current.paid_through = current.paid_through.max(period.end);
        (current.open_invoice, current.open_due_at) = (None, None);
        (current.failed_at, current.asked) = (None, 0);
        if was != Status::Active {
            self.publish("subscription.updated", self.told());
        }
    }

    async fn give_upgrade(&mut self, invoice: &Invoice) -> Result<(), BillingError> {
        if invoice.subscription != Some(self.current.id) {
            return Ok(());
        }
        let Some(next) = self.current.upgrade.take() else { return Ok(()) };
        (self.current.open_invoice, self.current.open_due_at) = (None, None);
        // A new period begins when the rest of the old one was given back.
        let change = match Change::of(&self.current, &next.plan, next.cycle, invoice.issued_at) {
            anew @ Change::NowAnew(_) => anew,
            _ => Change::of(&self.current, &next.plan, next.cycle, self.now),
        };
        let key = format!("upgrade:{}", invoice.id);
        self.apply(next.plan, next.cycle, &change, &key, Some(invoice.id)).await
    }

    /// The plan changes now, with the credits that this brings and `payer` paid.
    pub(crate) async fn apply(
        &mut self,
        plan: crate::catalogue::Plan,
        cycle: crate::cycle::Cycle,
        change: &Change,
        key: &str,
        payer: Option<InvoiceId>,
    ) -> Result<(), BillingError> {
        if let Change::NowAnew(found) = change {
            let period = Period::of(found.at, 0, cycle.months());
            (self.current.anchor, self.current.period) = (found.at, period);
            (self.current.months_granted, self.current.paid_through) = (1, period.end);
            self.current.paid_by = payer;
        }
        (self.current.plan, self.current.cycle) = (plan, cycle);
        self.current.scheduled = None;
        self.current.cancel_at_period_end = false;
        let month = self.current.month(self.now);
        if !self.is_month_due() {
            self.grant_until(key, GrantSource::Plan, change.credits(), month, payer).await?;
        }
        self.publish("subscription.updated", self.told());
        Ok(())
    }

    /// Whether the month that runs has not had its credits: when it has its payment, it comes with all of the present plan's.
    fn is_month_due(&self) -> bool {
        let month = Period::of(self.current.anchor, self.current.months_granted, 1);
        month.start <= self.now
    }

    async fn give_package(&mut self, invoice: &Invoice) -> Result<(), BillingError> {
        let purchase = store::purchase::of_invoice(self.tx, self.workspace, invoice.id).await?;
        let purchase = purchase.ok_or(BillingError::NotFound("purchase"))?;
        let package = &purchase.package;
        let key = format!("package:{}", purchase.id);
        let credit_key = Key::new(&*key);
        let grant = NewGrant {
            source: GrantSource::Package,
            amount: package.credits,
            priority: None,
            effective_at: None,
            expires_at: package.valid_months.map(|months| period::after(self.now, months)),
            rollover: None,
            note: package.name.clone(),
        };
        let ledger = &self.billing.ledger;
        let granted = ledger.grant(self.tx, self.workspace, &credit_key, &grant).await?;
        store::purchase::pay(self.tx, self.workspace, purchase.id, granted, self.now).await?;
        let brought = Brought { grant: granted, ends_at: grant.expires_at, drawn: Credits::ZERO };
        store::grant::add(self.tx, self.workspace, invoice.id, brought).await?;
        self.settle_owed(granted).await
    }

    /// Takes credits that are owed out of a grant that was paid for just now, as far as it has them.
    pub(crate) async fn settle_owed(&mut self, paid: GrantId) -> Result<(), BillingError> {
        let owed = self.customer.owed;
        if owed <= Credits::ZERO {
            return Ok(());
        }
        let reason = "credits of a payment that was taken back, spent before";
        let (ledger, key) = (&self.billing.ledger, Key::new(format!("owed:{paid}:{owed}")));
        let taken = ledger.take_back(self.tx, self.workspace, &key, (paid, owed), reason).await?;
        self.set_owed(Credits::millis(owed.as_millis().saturating_sub(taken.as_millis()))).await
    }

    pub(crate) async fn set_owed(&mut self, owed: Credits) -> Result<(), BillingError> {
        self.customer.owed = owed;
        Ok(store::customer::set_owed(self.tx, self.workspace, owed).await?)
    }
}
