use axum::Json;
use axum::extract::State;
use captely_platform::http::{Member, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::PaymentMethodId;
use crate::service::Billing;

/// A stored payment method.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaymentMethodItem {
    #[schema(value_type = String, example = "pay_019900000000700080000000000000ab")]
    id: PaymentMethodId,
    /// `card`, `paypal`, …
    #[schema(example = "card")]
    kind: String,
    #[schema(example = "visa")]
    brand: Option<String>,
    #[schema(example = "4242")]
    last4: Option<String>,
    #[schema(example = "2030-04")]
    expires: Option<String>,
    is_default: bool,
}

/// Stored payment methods.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaymentMethods {
    /// In the order of their coming; none unless Stripe collects the money.
    items: Vec<PaymentMethodItem>,
}

/// Stored payment methods
///
/// They are added and made the default on Stripe's page: POST /api/billing/portal.
#[utoipa::path(
    get, path = "/api/billing/payment-methods", operation_id = "list_payment_methods", tag = "billing",
    responses((status = 200, description = "All of them.", body = PaymentMethods)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn list_payment_methods(
    State(billing): State<Billing>,
    who: Member,
) -> Result<Json<PaymentMethods>, Problem> {
    let found = billing.methods(who.workspace).await?;
    let items = found.into_iter().map(|one| PaymentMethodItem {
        id: one.id,
        kind: one.kind,
        brand: one.brand,
        last4: one.last4,
        expires: one.expires,
        is_default: one.is_default,
    });
    Ok(Json(PaymentMethods { items: items.collect() }))
}
