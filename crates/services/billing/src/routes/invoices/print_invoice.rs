use axum::extract::State;
use axum::response::Html;
use captely_platform::http::{Member, Path, Problem};

use crate::ids::InvoiceId;
use crate::print::page;
use crate::service::Billing;

/// One invoice as a page to print
#[utoipa::path(
    get, path = "/api/billing/invoices/{id}/print", operation_id = "print_invoice", tag = "billing",
    params(("id" = String, Path, description = "Which.", example = "ivc_019900000000700080000000000000ab")),
    responses(
        (status = 200, description = "HTML for one sheet of paper.", body = String, content_type = "text/html"),
        (status = 404, description = "There is none in this workspace."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn print_invoice(
    State(billing): State<Billing>,
    who: Member,
    Path(id): Path<InvoiceId>,
) -> Result<Html<String>, Problem> {
    let invoice = billing.invoice(who.workspace, id).await?;
    Ok(Html(page(&invoice, &billing.settings)))
}
