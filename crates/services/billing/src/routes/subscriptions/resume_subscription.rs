use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_accounts::{Actor, Entry, RequestOrigin};
use captely_platform::db::Tx;
use captely_platform::http::{Admin, Http, Idempotent, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Changed;
use crate::error::BillingError;
use crate::routes::act::carry_out;
use crate::service::Billing;

/// Nothing is needed: an empty object.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct ResumeSubscriptionInput {}

/// Take a cancellation back
#[utoipa::path(
    post, path = "/api/subscriptions/resume", operation_id = "resume_subscription", tag = "billing",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeated, nothing happens twice.", max_length = 255)),
    request_body = ResumeSubscriptionInput,
    responses(
        (status = 200, description = "It goes on.", body = Changed),
        (status = 409, description = "It is not cancelled, or billing is off."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn resume_subscription(
    State(billing): State<Billing>,
    State(http): State<Http>,
    who: Admin,
    RequestOrigin(from): RequestOrigin,
    Idempotent { input: ResumeSubscriptionInput {}, once }: Idempotent<ResumeSubscriptionInput>,
) -> Result<Response, Problem> {
    let done = once.run(&http, StatusCode::OK, async |tx: &mut Tx| {
        let outcome = Box::pin(billing.resume(tx, who.workspace)).await?;
        let entry = Entry::new(who.workspace, Actor::of(&who), "billing.resumed");
        billing.accounts.audit(tx, &from, entry).await?;
        Ok::<_, BillingError>(Changed::of(&outcome))
    });
    carry_out(&billing, who.workspace, Box::pin(done).await?).await
}
