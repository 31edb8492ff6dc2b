//! Another plan or cycle for a subscription that is there.

use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::change::Change;
use crate::cycle::Cycle;
use crate::desk::Desk;
use crate::error::BillingError;
use crate::invoice::Invoice;
use crate::issue::Draft;
use crate::service::Billing;
use crate::store;
use crate::stripe::{How, Intent, ToDo};
use crate::subscribe::Outcome;
use crate::subscription::{Scheduled, Status, Subscription};

const PAY_FIRST: BillingError =
    BillingError::Conflict("Pay the open invoice first; then the plan can be changed.");

const SCHEDULED_FIRST: BillingError = BillingError::Conflict(
    "A smaller plan is scheduled: take that back first by asking for the present plan, then change.",
);
const YEAR_STAYS: BillingError = BillingError::Conflict(
    "A year that is paid through Stripe cannot turn into months by itself: cancel it at the end of its period, and \
     subscribe by the month then.",
);

/// A change of plan as it would be, to the smallest unit.
#[derive(Debug)]
pub(crate) struct Preview {
    pub(crate) change: Change,
    pub(crate) lines: Vec<crate::invoice::InvoiceLine>,
    pub(crate) taxed: crate::tax::Taxed,
}

impl Billing {
    /// How another plan would change things now.
    pub(crate) async fn preview(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        plan: Option<&str>,
        cycle: Option<Cycle>,
    ) -> Result<Preview, BillingError> {
        let desk = Desk::open(self, tx, workspace).await?;
        let next = self.wanted(&desk.current, plan, cycle)?;
        let change = desk.allowed_change(&next)?;
        let lines = match &change {
            Change::Now(found) | Change::NowAnew(found) => {
                Draft::of_upgrade(&desk.current, &next, found).lines
            }
            Change::None | Change::Swap | Change::AtPeriodEnd(_) => Vec::new(),
        };
        let customer = &desk.customer;
        let (country, number) = (customer.country.as_deref(), customer.vat_id.is_some());
        let taxed = crate::invoice::sums(&lines, &self.catalogue.tax, country, number)?;
        Ok(Preview { change, lines, taxed })
    }

    fn wanted(
        &self,
        current: &Subscription,
        plan: Option<&str>,
        cycle: Option<Cycle>,
    ) -> Result<Scheduled, BillingError> {
        if current.is_free() {
            return Err(BillingError::Conflict(
                "There is no subscription to change; begin one with POST /api/subscriptions.",
            ));
        }
        let plan = match plan {
            Some(id) => self.sold(id)?.clone(),
            None => current.plan.clone(),
        };
        Ok(Scheduled { plan, cycle: cycle.unwrap_or(current.cycle) })
    }

    /// Changes plan or cycle: more at once, once the difference is paid; less at the end of the period.
    pub(crate) async fn change(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        plan: Option<&str>,
        cycle: Option<Cycle>,
    ) -> Result<Outcome, BillingError> {
        let mut desk = Desk::open(self, tx, workspace).await?;
        let next = self.wanted(&desk.current, plan, cycle)?;
        let change = desk.allowed_change(&next)?;
        let (invoice, todo) = match desk.current.stripe_id.clone() {
            Some(id) => (None, desk.change_at_stripe(id, next, &change).await?),
            None => (desk.change_to(next, &change).await?, None),
        };
        let current = desk.finish().await?;
        Ok(Outcome { current, invoice, order: None, todo })
    }
}

impl Desk<'_> {
    /// What asking for `next` would do now, unless it is refused: what is only shown is refused alike.
    fn allowed_change(&self, next: &Scheduled) -> Result<Change, BillingError> {
        let current = &self.current;
        if matches!(current.status, Status::PastDue | Status::Unpaid) {
            return Err(PAY_FIRST);
        }
        let change = Change::of(current, &next.plan, next.cycle, self.now);
        let at_stripe = current.stripe_id.is_some();
        match &change {
            // The difference is reckoned from a period that is paid.
            Change::Now(_) | Change::NowAnew(_)
                if current.open_invoice.is_some() && current.upgrade.is_none() =>
            {
                Err(PAY_FIRST)
            }
            // Stripe has the scheduled price by now, and would reckon the difference from that.
            Change::Now(_) | Change::NowAnew(_) if at_stripe && current.scheduled.is_some() => {
                Err(SCHEDULED_FIRST)
            }
            // Stripe begins a period of another length at once.
            Change::AtPeriodEnd(_)
                if at_stripe && !next.plan.is_free() && next.cycle != current.cycle =>
            {
                Err(YEAR_STAYS)
            }
            _ => Ok(change),
        }
    }

    /// Does a change, or makes the invoice whose payment does it.
    async fn change_to(
        &mut self,
        next: Scheduled,
        change: &Change,
    ) -> Result<Option<Invoice>, BillingError> {
        self.drop_upgrade().await?;
        match change {
            Change::None => self.current.scheduled = None,
            Change::Swap => {
                (self.current.plan, self.current.cycle) = (next.plan, next.cycle);
            }
            Change::AtPeriodEnd(_) => self.current.scheduled = Some(next),
            Change::Now(found) | Change::NowAnew(found) => {
                if change.total() == 0 {
                    let key = format!("upgrade:{}:{}", self.current.id, self.now.as_micros());
                    self.apply(next.plan, next.cycle, change, &key, None).await?;
                    return Ok(None);
                }
                let draft = Draft::of_upgrade(&self.current, &next, found);
                let invoice = self.issue(draft).await?;
                self.current.upgrade = Some(next);
                self.await_payment(&invoice);
                self.mail_invoice(&invoice).await?;
                return Ok(Some(invoice));
            }
        }
        self.publish("subscription.updated", self.told());
        Ok(None)
    }

    /// The call to Stripe that does a change; ours follows when it was made.
    async fn change_at_stripe(
        &mut self,
        stripe_id: String,
        next: Scheduled,
        change: &Change,
    ) -> Result<Option<ToDo>, BillingError> {
        let how = match change {
            Change::None => {
                let Some(old) = self.current.scheduled.take() else { return Ok(None) };
                if old.plan.is_free() {
                    return Ok(Some(self.intend(&Intent::Resume { stripe_id }).await?));
                }
                How::NextInvoice
            }
            Change::AtPeriodEnd(_) if next.plan.is_free() => {
                return Ok(Some(self.intend(&Intent::CancelAtEnd { stripe_id }).await?));
            }
            Change::AtPeriodEnd(_) => {
                self.current.scheduled = Some(next.clone());
                How::NextInvoice
            }
            Change::Swap => How::NextInvoice,
            Change::Now(found) | Change::NowAnew(found) => {
                How::Now(found.at.as_micros().div_euclid(1_000_000))
            }
        };
        let Scheduled { plan, cycle } = next;
        Ok(Some(self.intend(&Intent::Change { stripe_id, plan, cycle, how }).await?))
    }

    /// Calls an upgrade off that was not paid.
    pub(crate) async fn drop_upgrade(&mut self) -> Result<(), BillingError> {
        if self.current.upgrade.take().is_none() {
            return Ok(());
        }
        self.current.open_due_at = None;
        if let Some(invoice) = self.current.open_invoice.take() {
            store::invoice::void(self.tx, self.workspace, invoice).await?;
        }
        Ok(())
    }
}
