use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_accounts::RequestOrigin;
use captely_platform::db::Tx;
use captely_platform::http::{Http, Idempotent, Path, Problem, Superadmin, Text};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::BillingError;
use crate::ids::InvoiceId;
use crate::routes::key::Keyed;
use crate::routes::show::InvoiceItem;
use crate::service::Billing;

/// A payment that was given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": 2900, "reference": "Bank statement 2026-11, line 14"}))]
pub(crate) struct RefundInvoiceInput {
    /// In the smallest unit; not more than was paid.
    #[schema(minimum = 1)]
    amount: i64,
    /// Where it can be found in the books; the same again does no more.
    #[schema(value_type = Text<1, 200>)]
    reference: Text<1, 200>,
}

/// Note that an invoice was paid back
///
/// For superadmins, from an allowed address. The credits of a package are taken back as far as they are there; what was
/// spent of them is owed, and the next credits that are paid for give it back. A subscription whose period was
/// paid back whole ends.
#[utoipa::path(
    post, path = "/api/admin/billing/invoices/{id}/refund", operation_id = "refund_invoice", tag = "admin",
    params(
        ("id" = String, Path, description = "Which.", example = "ivc_019900000000700080000000000000ab"),
        ("Idempotency-Key" = String, Header, description = "Of this refund.", max_length = 255),
    ),
    request_body = RefundInvoiceInput,
    responses(
        (status = 200, description = "It is noted.", body = InvoiceItem),
        (status = 404, description = "There is none."),
        (status = 409, description = "Invoices are not paid by hand here."),
        (status = 422, description = "More than was paid."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn refund_invoice(
    State(billing): State<Billing>,
    State(http): State<Http>,
    who: Superadmin,
    _key: Keyed,
    RequestOrigin(from): RequestOrigin,
    Path(id): Path<InvoiceId>,
    Idempotent { input, once }: Idempotent<RefundInvoiceInput>,
) -> Result<Response, Problem> {
    let done = once.run(&http, StatusCode::OK, async |tx: &mut Tx| {
        let invoice =
            Box::pin(billing.mark_refunded(tx, &who.0, id, input.amount, &input.reference, &from))
                .await?;
        Ok::<_, BillingError>(InvoiceItem::of(&invoice))
    });
    Ok(Box::pin(done).await?)
}
