use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_accounts::{Actor, Entry, RequestOrigin};
use captely_platform::db::Tx;
use captely_platform::http::{Admin, Http, Idempotent, Problem};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::Changed;
use crate::error::BillingError;
use crate::routes::act::carry_out;
use crate::service::Billing;

/// When it ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"now": false}))]
pub(crate) struct CancelSubscriptionInput {
    /// At once, with what is left of its credits; else at the end of the period that is paid. Nothing is paid back.
    #[serde(default)]
    now: bool,
}

/// Cancel the subscription
///
/// An order that is not paid is called off. What is not paid for ends at once.
#[utoipa::path(
    post, path = "/api/subscriptions/cancel", operation_id = "cancel_subscription", tag = "billing",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeated, nothing happens twice.", max_length = 255)),
    request_body = CancelSubscriptionInput,
    responses(
        (status = 200, description = "Cancelled.", body = Changed),
        (status = 409, description = "There is none, or billing is off."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn cancel_subscription(
    State(billing): State<Billing>,
    State(http): State<Http>,
    who: Admin,
    RequestOrigin(from): RequestOrigin,
    Idempotent { input, once }: Idempotent<CancelSubscriptionInput>,
) -> Result<Response, Problem> {
    let done = once.run(&http, StatusCode::OK, async |tx: &mut Tx| {
        let outcome = Box::pin(billing.cancel(tx, who.workspace, input.now)).await?;
        let detail = json!({ "now": input.now });
        let entry = Entry::new(who.workspace, Actor::of(&who), "billing.cancelled").with(detail);
        billing.accounts.audit(tx, &from, entry).await?;
        Ok::<_, BillingError>(Changed::of(&outcome))
    });
    carry_out(&billing, who.workspace, Box::pin(done).await?).await
}
