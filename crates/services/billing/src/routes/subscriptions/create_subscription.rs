use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_accounts::{Actor, Entry, RequestOrigin};
use captely_platform::db::Tx;
use captely_platform::http::{Admin, Http, Idempotent, Problem, Text};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::Changed;
use crate::cycle::Cycle;
use crate::error::BillingError;
use crate::routes::act::carry_out;
use crate::routes::key::Keyed;
use crate::service::Billing;
use crate::subscribe::Wish;

/// A plan to subscribe to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"package_id": "starter", "billing_cycle": "monthly", "start_trial": false}))]
pub(crate) struct CreateSubscriptionInput {
    /// Which plan: `id` of GET /api/packages.
    #[schema(value_type = Text<1, 50>)]
    package_id: Text<1, 50>,
    billing_cycle: Cycle,
    /// Try it first; once for a workspace.
    #[serde(default)]
    start_trial: bool,
}

/// Subscribe to a plan
///
/// With Stripe the answer has the address where it is paid; else an invoice that is paid as it says. The plan holds
/// from the payment on; a trial at once.
#[utoipa::path(
    post, path = "/api/subscriptions", operation_id = "create_subscription", tag = "billing",
    params(("Idempotency-Key" = String, Header, description = "Repeated, nothing happens twice.", max_length = 255)),
    request_body = CreateSubscriptionInput,
    responses(
        (status = 201, description = "Ordered, or begun as a trial.", body = Changed),
        (status = 409, description = "There is a subscription, the trial was taken, or billing is off."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn create_subscription(
    State(billing): State<Billing>,
    State(http): State<Http>,
    who: Admin,
    _key: Keyed,
    RequestOrigin(from): RequestOrigin,
    Idempotent { input, once }: Idempotent<CreateSubscriptionInput>,
) -> Result<Response, Problem> {
    let CreateSubscriptionInput { package_id, billing_cycle, start_trial } = input;
    let wish = Wish { plan: package_id.into_string(), cycle: billing_cycle, trial: start_trial };
    let done = once.run(&http, StatusCode::CREATED, async |tx: &mut Tx| {
        let outcome = Box::pin(billing.subscribe(tx, who.workspace, &wish)).await?;
        let detail = json!({ "plan": wish.plan, "cycle": wish.cycle, "trial": wish.trial });
        let entry = Entry::new(who.workspace, Actor::of(&who), "billing.subscribed").with(detail);
        billing.accounts.audit(tx, &from, entry).await?;
        Ok::<_, BillingError>(Changed::of(&outcome))
    });
    carry_out(&billing, who.workspace, Box::pin(done).await?).await
}
