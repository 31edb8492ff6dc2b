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

/// A payment that came.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reference": "Bank statement 2026-11, line 12"}))]
pub(crate) struct PayInvoiceInput {
    /// Where it can be found in the books.
    #[schema(value_type = Text<1, 200>)]
    reference: Text<1, 200>,
}

/// Note that an invoice was paid
///
/// For superadmins, from an allowed address. What it was for is given at once. Done twice it does no more: an invoice is
/// paid once.
#[utoipa::path(
    post, path = "/api/admin/billing/invoices/{id}/pay", operation_id = "pay_invoice", tag = "admin",
    params(
        ("id" = String, Path, description = "Which.", example = "ivc_019900000000700080000000000000ab"),
        ("Idempotency-Key" = String, Header, description = "Of this payment.", max_length = 255),
    ),
    request_body = PayInvoiceInput,
    responses(
        (status = 200, description = "It is paid.", body = InvoiceItem),
        (status = 404, description = "There is none."),
        (status = 409, description = "It is void, or invoices are not paid by hand here."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn pay_invoice(
    State(billing): State<Billing>,
    State(http): State<Http>,
    who: Superadmin,
    _key: Keyed,
    RequestOrigin(from): RequestOrigin,
    Path(id): Path<InvoiceId>,
    Idempotent { input, once }: Idempotent<PayInvoiceInput>,
) -> Result<Response, Problem> {
    let done = once.run(&http, StatusCode::OK, async |tx: &mut Tx| {
        let invoice = Box::pin(billing.mark_paid(tx, &who.0, id, &input.reference, &from)).await?;
        Ok::<_, BillingError>(InvoiceItem::of(&invoice))
    });
    Ok(Box::pin(done).await?)
}
