use async_trait::async_trait;
use captely_platform::jobs::{Handler, Job, Verdict};

use crate::service::Billing;

/// Compares Stripe's books with ours, and forgets events that are long over.
pub(super) struct Reconcile(pub(super) Billing);

#[async_trait]
impl Handler for Reconcile {
    fn queue(&self) -> &'static str {
        super::BILLING_RECONCILE
    }

    async fn run(&self, _job: &Job) -> Verdict {
        if self.0.stripe().is_none() {
            return Verdict::Done;
        }
        match Box::pin(self.0.reconcile()).await {
            Ok(0) => {}
            Ok(found) => tracing::warn!(found, "Stripe's books and ours differ"),
            Err(why) => return super::verdict(&why),
        }
        match self.0.forget_events().await {
            Ok(_) => Verdict::Done,
            Err(why) => super::verdict(&why),
        }
    }
}
