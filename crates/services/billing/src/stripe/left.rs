//! Calls to Stripe that nobody waits for and whose job has given up: money that is to go back, pages to be closed,
//! subscriptions to be ended. None of them may be forgotten.

use std::time::Duration;

use captely_platform::jobs;

use super::Billing;
use super::calls::job_of;
use super::reconcile::finding;
use crate::error::BillingError;
use crate::model::Finding;
use crate::store;

/// A job has used up its tries by then.
const GIVEN_UP_AFTER: Duration = Duration::from_hours(24);
/// Calls that are begun again in one run.
const AT_ONCE: u32 = 1_000;

impl Billing {
    /// Begins calls again that are still open, and tells which those are.
    pub(super) async fn call_again(&self) -> Result<Vec<Finding>, BillingError> {
        let now = self.now();
        let mut tx = self.db.writer().await?;
        let left = store::intent::left(&mut tx, now.minus(GIVEN_UP_AFTER), AT_ONCE).await?;
        let again = left.iter().map(|one| job_of(one.workspace, one.id, now)).collect();
        jobs::push(&mut tx, &self.ids, again).await?;
        tx.commit().await?;
        let told = left.iter().map(|one| {
            let ours = format!("{} of {}", one.kind, one.workspace);
            finding(&one.id.to_string(), "call_open", &ours, "-")
        });
        Ok(told.collect())
    }
}
