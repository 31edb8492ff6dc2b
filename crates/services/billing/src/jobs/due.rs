use async_trait::async_trait;
use captely_platform::jobs::{Handler, Job, Verdict};

use crate::service::Billing;

/// Does what is due of all subscriptions.
pub(super) struct Due(pub(super) Billing);

#[async_trait]
impl Handler for Due {
    fn queue(&self) -> &'static str {
        super::BILLING_DUE
    }

    async fn run(&self, _job: &Job) -> Verdict {
        match Box::pin(self.0.sweep()).await {
            Ok(_) => Verdict::Done,
            Err(why) => super::verdict(&why),
        }
    }
}
