use axum::extract::State;
use captely_platform::http::{Fields, Member, Page, Paged, Picked, Problem, Query};

use crate::routes::show::InvoiceItem;
use crate::service::Billing;

/// Invoices of the workspace
#[utoipa::path(
    get, path = "/api/billing/invoices", operation_id = "list_invoices", tag = "billing",
    params(Page),
    responses((status = 200, description = "The newest first, without their lines.", body = Paged<InvoiceItem>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn list_invoices(
    State(billing): State<Billing>,
    who: Member,
    Query(page): Query<Page>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let limit = page.limit()?;
    let found = billing.invoices(who.workspace, page.after()?, limit.saturating_add(1)).await?;
    let found = Paged::of(found, limit, |one| one.id);
    let items = found.items.iter().map(InvoiceItem::of).collect();
    fields.pick(&Paged::<InvoiceItem> { items, next: found.next })
}
