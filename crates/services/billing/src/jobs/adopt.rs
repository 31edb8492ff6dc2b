use async_trait::async_trait;
use captely_platform::jobs::{Handler, Job, Verdict};

use crate::service::Billing;

/// Gives workspaces that have none a plan, or takes limits away while billing is off.
pub(super) struct Adopt(pub(super) Billing);

#[async_trait]
impl Handler for Adopt {
    fn queue(&self) -> &'static str {
        super::BILLING_ADOPT
    }

    async fn run(&self, _job: &Job) -> Verdict {
        match Box::pin(self.0.adopt()).await {
            Ok(_) => Verdict::Done,
            Err(why) => super::verdict(&why),
        }
    }
}
