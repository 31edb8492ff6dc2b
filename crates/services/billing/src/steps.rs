//! What time brings: the credits of a month, the next period, reminders, ends.

use captely_contact::Credits;
use captely_credits::{CreditError, GrantId, GrantSource, Key, NewGrant, Rollover};
use serde_json::json;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::InvoiceId;
use crate::invoice::{Invoice, InvoiceKind};
use crate::model::{Brought, TransactionKind, Via};
use crate::period::{self, Period};
use crate::store;
use crate::subscription::{Status, Step};

impl Desk<'_> {
    pub(crate) async fn step(&mut self, step: Step) -> Result<(), BillingError> {
        match step {
            Step::GrantMonth { n } => self.grant_month(n).await,
            Step::EndTrial | Step::EndUnpaid => self.end().await,
            Step::Renew => self.renew().await,
            Step::FallDue => self.fall_due().await,
            Step::Ask { time } => self.ask(time).await,
            Step::FallUnpaid => {
                self.current.status = Status::Unpaid;
                self.publish("subscription.updated", self.told());
                Ok(())
            }
            // An order is no current subscription, and Stripe is asked outside the transaction.
            Step::Abandon | Step::AskStripe => Ok(()),
        }
    }

    /// The credits of a month, once: whoever comes second finds the key. Months that have passed are skipped.
    async fn grant_month(&mut self, n: u32) -> Result<(), BillingError> {
        let n = n.max(period::months_between(self.current.anchor, self.now));
        let month = Period::of(self.current.anchor, n, 1);
        self.current.months_granted = n.saturating_add(1);
        if self.current.is_free() {
            // Nothing else moves it: it is never renewed.
            self.current.period = month;
        }
        if !self.current.is_free() && month.start >= self.current.paid_through {
            // The paid months have all passed; what is not paid brings nothing.
            self.current.months_granted = n;
            return Ok(());
        }
        let seconds = month.start.as_micros().div_euclid(1_000_000);
        let key = if self.current.is_free() {
            format!("free:{seconds}")
        } else {
            format!("renewal:{}:{seconds}", self.current.id)
        };
        let amount = self.current.plan.credits;
        let payer = self.current.paid_by.filter(|_| !self.current.is_free());
        let granted = self.grant_until(&key, GrantSource::Plan, amount, month, payer).await?;
        match granted {
            Some(paid) if !self.current.is_free() => self.settle_owed(paid).await,
            _ => Ok(()),
        }
    }

    /// Grants credits that end with a month, but for what the plan lets roll over into the next; `payer` is the invoice
    /// whose payment brings them. None where there are none for a month that goes on.
    pub(crate) async fn grant_until(
        &mut self,
        key: &str,
        source: GrantSource,
        amount: Credits,
        month: Period,
        payer: Option<InvoiceId>,
    ) -> Result<Option<GrantId>, BillingError> {
        if amount <= Credits::ZERO || month.end <= self.now {
            return Ok(None);
        }
        let next_ends = {
            let months = period::months_between(self.current.anchor, month.end);
            period::after(self.current.anchor, months.saturating_add(1))
        };
        let rollover = self.current.plan.rollover_max.filter(|_| source == GrantSource::Plan);
        let grant = NewGrant {
            source,
            amount,
            priority: None,
            effective_at: None,
            expires_at: Some(month.end),
            rollover: rollover
                .filter(|_| next_ends > month.end)
                .map(|max| Rollover { max, expires_at: next_ends }),
            note: format!("{}, until {}", self.current.plan.name, month.end),
        };
        match self.billing.ledger.grant(self.tx, self.workspace, &Key::new(key), &grant).await {
            Ok(grant) => {
                let brought = Brought { grant, ends_at: Some(month.end), drawn: Credits::ZERO };
                if let Some(payer) = payer {
                    store::grant::add(self.tx, self.workspace, payer, brought).await?;
                }
                Ok(Some(grant))
            }
            // It was granted before, in other words: the catalogue was changed meanwhile.
            Err(CreditError::KeyReused) => Ok(None),
            Err(why) => Err(why.into()),
        }
    }

    /// The period is over.
    async fn renew(&mut self) -> Result<(), BillingError> {
        let lapsed = self.current.upgrade.take();
        if let (Some(_), Some(invoice)) = (lapsed, self.current.open_invoice.take()) {
            self.current.open_due_at = None;
            store::invoice::void(self.tx, self.workspace, invoice).await?;
        }
        if self.current.cancel_at_period_end {
            return self.end().await;
        }
        if let Some(next) = self.current.scheduled.take() {
            if next.plan.is_free() {
                return self.end().await;
            }
            (self.current.plan, self.current.cycle) = (next.plan, next.cycle);
        }
        // Nobody has paid it yet, and who paid the one before did not pay this one.
        (self.current.period, self.current.paid_by) = (self.next_period(), None);
        let invoice = self.issue_period(InvoiceKind::Renewal).await?;
        self.await_payment(&invoice);
        self.publish("subscription.updated", self.told());
        self.mail_invoice(&invoice).await
    }

    /// The one that follows the period of the subscription, counted from its anchor. Months that passed while nobody
    /// looked are skipped.
    pub(crate) fn next_period(&self) -> Period {
        let anchor = self.current.anchor;
        let months = period::months_between(anchor, self.current.period.end.max(self.now));
        Period::of(anchor, months, self.current.cycle.months())
    }

    pub(crate) fn await_payment(&mut self, invoice: &Invoice) {
        self.current.open_invoice = Some(invoice.id);
        self.current.open_due_at = invoice.due_at;
    }

    /// The invoice was not paid in time.
    async fn fall_due(&mut self) -> Result<(), BillingError> {
        let Some(id) = self.current.open_invoice else {
            self.current.open_due_at = None;
            return Ok(());
        };
        self.current.open_due_at = None;
        self.fell_behind();
        if let Some(invoice) = store::invoice::get(self.tx, self.workspace, id).await? {
            let (kind, key) = (TransactionKind::Failure, format!("overdue:{id}"));
            self.note(kind, &invoice, invoice.total, Via::Manual, &key, "overdue").await?;
            self.publish("payment.failed", json!({ "invoice": id, "plan": self.current.plan.id }));
            self.mail_reminder(&invoice).await?;
        }
        Ok(())
    }

    /// A payment is missing as of now, or was before.
    pub(crate) fn fell_behind(&mut self) {
        if self.current.status == Status::Active || self.current.status == Status::Trialing {
            self.current.status = Status::PastDue;
            (self.current.failed_at, self.current.asked) = (Some(self.now), 0);
            self.publish("subscription.updated", self.told());
        }
    }

    async fn ask(&mut self, time: u16) -> Result<(), BillingError> {
        self.current.asked = time;
        let Some(id) = self.current.open_invoice else { return Ok(()) };
        match store::invoice::get(self.tx, self.workspace, id).await? {
            Some(invoice) => self.mail_reminder(&invoice).await,
            None => Ok(()),
        }
    }
}
