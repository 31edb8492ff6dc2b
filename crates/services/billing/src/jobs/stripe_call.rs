use async_trait::async_trait;
use captely_platform::jobs::{Handler, Job, Verdict};

use crate::service::Billing;
use crate::stripe::ToDo;

/// Makes a call to Stripe that was left undone.
pub(super) struct StripeCall(pub(super) Billing);

#[async_trait]
impl Handler for StripeCall {
    fn queue(&self) -> &'static str {
        super::STRIPE_CALL
    }

    async fn run(&self, job: &Job) -> Verdict {
        if self.0.stripe().is_none() {
            return Verdict::Fail { why: "billing.mode is not stripe any more".to_owned() };
        }
        let intent = job.payload.get("intent").cloned().unwrap_or_default();
        let Ok(todo) = serde_json::from_value::<ToDo>(intent) else {
            return Verdict::Fail { why: "the payload names no intent".to_owned() };
        };
        match Box::pin(self.0.call_left(job.workspace, todo)).await {
            Ok(()) => Verdict::Done,
            Err(why) => super::verdict(&why),
        }
    }
}
