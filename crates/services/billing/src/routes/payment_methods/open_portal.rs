use axum::Json;
use axum::extract::State;
use captely_platform::http::{Admin, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Billing;

/// Where to go.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Portal {
    /// Good for a short time.
    #[schema(example = "https://billing.stripe.example/session/1")]
    url: String,
}

/// A page of Stripe's for cards and invoices
#[utoipa::path(
    post, path = "/api/billing/portal", operation_id = "open_portal", tag = "billing",
    responses(
        (status = 200, description = "Its address.", body = Portal),
        (status = 409, description = "Payments are not made through Stripe here."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn open_portal(
    State(billing): State<Billing>,
    who: Admin,
) -> Result<Json<Portal>, Problem> {
    let url = Box::pin(billing.portal(who.workspace)).await?;
    Ok(Json(Portal { url }))
}
