use async_trait::async_trait;
use captely_platform::jobs::{Handler, Job, Verdict};

use crate::Ledger;

pub(super) const QUEUE: &str = "credits_expire_holds.v1";

/// Gives back what was set aside by whoever did not end it in time.
pub struct ExpireHolds(pub Ledger);

#[async_trait]
impl Handler for ExpireHolds {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, _job: &Job) -> Verdict {
        let ended = self.0.expire_holds().await.inspect(|ended| {
            if *ended > 0 {
                tracing::info!(ended, "Holds whose time was over came back");
            }
        });
        super::verdict(ended.map(drop))
    }
}
