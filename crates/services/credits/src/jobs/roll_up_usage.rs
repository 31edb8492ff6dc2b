use async_trait::async_trait;
use captely_platform::jobs::{Handler, Job, Verdict};

use crate::Ledger;

pub(super) const QUEUE: &str = "credits_roll_up_usage.v1";

/// Rolls up what was spent, so that whoever reads it need not wait.
pub struct RollUpUsage(pub Ledger);

#[async_trait]
impl Handler for RollUpUsage {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, _job: &Job) -> Verdict {
        let done = self.0.roll_up_all().await;
        super::verdict(done.map(|workspaces| tracing::debug!(workspaces, "Usage was rolled up")))
    }
}
