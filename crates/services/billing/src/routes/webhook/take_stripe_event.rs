use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use captely_platform::http::Problem;

use crate::error::{BillingError, codes};
use crate::service::Billing;
use crate::stripe::WebhookError;

/// Take an event of Stripe's
///
/// For Stripe alone: the signature in `Stripe-Signature` is checked, and no event is older than five minutes. The same
/// event again is answered the same way and does no more.
#[utoipa::path(
    post, path = "/api/billing/webhooks/stripe", operation_id = "take_stripe_event", tag = "billing",
    params(("Stripe-Signature" = String, Header, description = "As Stripe makes it.", max_length = 4096)),
    request_body(content = String, content_type = "application/json", example = json!({"id": "evt_1", "object": "event"})),
    responses(
        (status = 204, description = "Taken; it is dealt with in the background."),
        (status = 400, description = "The signature is not right, or the event is too old."),
        (status = 409, description = "Payments are not made through Stripe here."),
    ),
    security(()),
)]
pub(crate) async fn take_stripe_event(
    State(billing): State<Billing>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let header = headers.get("stripe-signature").and_then(|value| value.to_str().ok());
    billing.take_event(header.unwrap_or_default(), &body).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Billing(why) => why.into(),
            WebhookError::Signature(why) => {
                Self::new(&codes::BAD_SIGNATURE, format!("The event was not taken: {why}."))
            }
            WebhookError::Db(why) => BillingError::from(why).into(),
        }
    }
}
