//! Background work: what is due, events of Stripe's, the comparison of books.

mod adopt;
mod due;
mod reconcile;
mod stripe_call;
mod stripe_event;

use std::sync::Arc;

use captely_contact::Timestamp;
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{Handler, Schedule, Verdict};

use crate::error::BillingError;
use crate::service::Billing;

/// Gives workspaces that have none a plan, or takes limits away while billing is off.
pub const BILLING_ADOPT: &str = "billing_adopt.v1";
/// Does what is due of all subscriptions.
pub const BILLING_DUE: &str = "billing_due.v1";
/// Deals with one event of Stripe's.
pub const STRIPE_EVENT: &str = "stripe_event.v1";
/// Makes a call to Stripe that was left undone.
pub const STRIPE_CALL: &str = "stripe_call.v1";
/// Compares Stripe's books with ours.
pub const BILLING_RECONCILE: &str = "billing_reconcile.v1";

/// Seconds between two looks at what is due.
const DUE_EVERY_S: u32 = 60;
/// Seconds of an hour.
const HOUR_S: u32 = 3_600;
/// Seconds of a day.
const DAY_S: u32 = 86_400;

/// The handlers of this service, one a queue.
pub fn handlers(billing: &Billing) -> Vec<Arc<dyn Handler>> {
    vec![
        Arc::new(adopt::Adopt(billing.clone())),
        Arc::new(due::Due(billing.clone())),
        Arc::new(stripe_event::StripeEvent(billing.clone())),
        Arc::new(stripe_call::StripeCall(billing.clone())),
        Arc::new(reconcile::Reconcile(billing.clone())),
    ]
}

/// What is to be put at each start; while billing is off, jobs that would sell do nothing.
pub fn schedules(billing: &Billing, now: Timestamp) -> Vec<Schedule> {
    // Another mode is another schedule, which begins at once.
    let adopt = format!("billing_adopt_{}", billing.mode.as_str());
    let of = |name: &str, queue, every_s| Schedule {
        workspace: WorkspaceId::INSTALLATION,
        name: name.to_owned(),
        queue,
        payload: serde_json::json!({}),
        attempts_max: 3,
        every_s,
        first_at: now,
    };
    vec![
        of(&adopt, BILLING_ADOPT, HOUR_S),
        of("billing_due", BILLING_DUE, DUE_EVERY_S),
        of("billing_reconcile", BILLING_RECONCILE, DAY_S),
    ]
}

/// What a job's error means to the queue.
fn verdict(why: &BillingError) -> Verdict {
    Verdict::Trouble { why: why.to_string() }
}
