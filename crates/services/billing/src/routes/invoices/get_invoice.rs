use axum::Json;
use axum::extract::State;
use captely_platform::http::{Member, Path, Problem};

use crate::ids::InvoiceId;
use crate::routes::show::InvoiceItem;
use crate::service::Billing;

/// One invoice with its lines
#[utoipa::path(
    get, path = "/api/billing/invoices/{id}", operation_id = "get_invoice", tag = "billing",
    params(("id" = String, Path, description = "Which.", example = "ivc_019900000000700080000000000000ab")),
    responses(
        (status = 200, description = "The invoice.", body = InvoiceItem),
        (status = 404, description = "There is none in this workspace."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn get_invoice(
    State(billing): State<Billing>,
    who: Member,
    Path(id): Path<InvoiceId>,
) -> Result<Json<InvoiceItem>, Problem> {
    Ok(Json(InvoiceItem::of(&billing.invoice(who.workspace, id).await?)))
}
