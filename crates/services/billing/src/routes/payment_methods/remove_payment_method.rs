use axum::extract::State;
use axum::http::StatusCode;
use captely_accounts::{Actor, Entry, RequestOrigin};
use captely_platform::http::{Admin, Path, Problem};

use crate::ids::PaymentMethodId;
use crate::service::Billing;

/// Remove a stored payment method
#[utoipa::path(
    delete, path = "/api/billing/payment-methods/{id}", operation_id = "remove_payment_method", tag = "billing",
    params(("id" = String, Path, description = "Which.", example = "pay_019900000000700080000000000000ab")),
    responses(
        (status = 204, description = "Removed, at Stripe too."),
        (status = 404, description = "There is none in this workspace."),
        (status = 409, description = "Payments are not made through Stripe here."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn remove_payment_method(
    State(billing): State<Billing>,
    who: Admin,
    RequestOrigin(from): RequestOrigin,
    Path(id): Path<PaymentMethodId>,
) -> Result<StatusCode, Problem> {
    let entry = Entry::new(who.workspace, Actor::of(&who), "billing.method_removed").of(id);
    Box::pin(billing.remove_method(who.workspace, id, entry, &from)).await?;
    Ok(StatusCode::NO_CONTENT)
}
