use captely_contact::Timestamp;
use captely_payments::Invoice as Theirs;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::store;

impl Desk<'_> {
    /// As of when Stripe reckoned the difference between two plans that an invoice, unknown so far, charges; else now.
    /// What comes with it is then the same whenever ours follows: a process may die between the call and its answer.
    pub(super) async fn reckoned_at(
        &mut self,
        invoice: Option<&Theirs>,
    ) -> Result<Timestamp, BillingError> {
        let Some((invoice, id)) = invoice.and_then(|one| Some((one, one.id.as_deref()?))) else {
            return Ok(self.now);
        };
        if store::invoice::by_stripe(self.tx, id).await?.is_some() {
            return Ok(self.now);
        }
        let differences = invoice.lines.iter().filter(|line| line.proration);
        let at = differences.filter_map(|line| line.period_start).max();
        let period = self.current.period;
        Ok(at.filter(|at| (period.start..=self.now).contains(at)).unwrap_or(self.now))
    }
}
