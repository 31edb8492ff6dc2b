//! The plan that a subscription has at Stripe, by the name of its price.

use captely_contact::Timestamp;

use super::picture::Picture;
use super::prices::{META_LOOKUP, plan_of};
use crate::change::Change;
use crate::cycle::Cycle;
use crate::desk::Desk;
use crate::error::BillingError;
use crate::store;
use crate::subscription::Scheduled;

impl Desk<'_> {
    /// Another plan than ours: it was changed at once, and is paid. What comes with it is reckoned as of `at`.
    pub(super) async fn follow_plan(
        &mut self,
        picture: &Picture,
        at: Timestamp,
    ) -> Result<(), BillingError> {
        let Some(next) = self.plan_at_stripe(picture) else { return Ok(()) };
        let same = |plan: &str, cycle: Cycle| next.plan.id == plan && next.cycle == cycle;
        if same(&self.current.plan.id, self.current.cycle) {
            // A change that Stripe does not have (any more) does not come; one under way comes with its answer.
            self.current.scheduled = None;
            return Ok(());
        }
        let scheduled = self.current.scheduled.as_ref();
        if scheduled.is_some_and(|one| same(&one.plan.id, one.cycle)) {
            // It is the price of the next invoice; the plan stays until then.
            return Ok(());
        }
        let change = Change::of(&self.current, &next.plan, next.cycle, at);
        if let Change::AtPeriodEnd(_) = change {
            self.current.scheduled = Some(next);
            return Ok(());
        }
        let invoice = picture.latest().and_then(|one| one.id.as_deref());
        let mark = invoice.unwrap_or(&picture.theirs.id);
        let key = format!("upgrade:{mark}:{}:{}", next.plan.id, next.cycle);
        let payer = store::invoice::by_stripe(self.tx, mark).await?.map(|(_, id)| id);
        self.apply(next.plan, next.cycle, &change, &key, payer).await
    }

    fn plan_at_stripe(&self, picture: &Picture) -> Option<Scheduled> {
        let price = picture.theirs.item()?.price.as_ref()?;
        // The key moves to the next price of the plan; what we wrote on it stays.
        let said = price.metadata.get(META_LOOKUP).map(String::as_str);
        let lookup = said.or(price.lookup_key.as_deref())?;
        let (plan, cycle) = plan_of(lookup)?;
        let plan = if plan == self.current.plan.id {
            self.current.plan.clone()
        } else {
            self.billing.catalogue.plan(plan)?.clone()
        };
        Some(Scheduled { plan, cycle })
    }
}
