use async_trait::async_trait;
use captely_platform::jobs::{Handler, Job, Verdict};

use crate::service::Billing;

/// Deals with one event of Stripe's.
pub(super) struct StripeEvent(pub(super) Billing);

#[async_trait]
impl Handler for StripeEvent {
    fn queue(&self) -> &'static str {
        super::STRIPE_EVENT
    }

    async fn run(&self, job: &Job) -> Verdict {
        if self.0.stripe().is_none() {
            return Verdict::Fail { why: "billing.mode is not stripe any more".to_owned() };
        }
        let Some(event) = job.payload.get("event").and_then(serde_json::Value::as_str) else {
            return Verdict::Fail { why: "the payload names no event".to_owned() };
        };
        match Box::pin(self.0.do_event(event)).await {
            Ok(_) => Verdict::Done,
            Err(why) => super::verdict(&why),
        }
    }
}
