use axum::extract::State;
use captely_platform::http::{Fields, Member, Page, Paged, Picked, Problem, Query};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::{InvoiceId, TransactionId};
use crate::model::{TransactionKind, Via};
use crate::routes::show::Money;
use crate::service::Billing;

/// Money that moved, or was refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransactionItem {
    #[schema(value_type = String, example = "txn_019900000000700080000000000000ab")]
    id: TransactionId,
    kind: TransactionKind,
    #[schema(value_type = Option<String>, example = "ivc_019900000000700080000000000000ab")]
    invoice: Option<InvoiceId>,
    /// Above zero; the kind says which way.
    amount: Money,
    via: Via,
    #[schema(example = "Bank statement 2026-01, line 12")]
    reference: String,
    #[schema(example = "2026-01-05T09:00:00Z")]
    at: String,
}

/// The history of payments
#[utoipa::path(
    get, path = "/api/billing/history", operation_id = "list_payments", tag = "billing",
    params(Page),
    responses((status = 200, description = "The newest first.", body = Paged<TransactionItem>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn list_payments(
    State(billing): State<Billing>,
    who: Member,
    Query(page): Query<Page>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let limit = page.limit()?;
    let found = billing.history(who.workspace, page.after()?, limit.saturating_add(1)).await?;
    let found = Paged::of(found, limit, |one| one.id);
    let items = found.items.into_iter().map(|one| TransactionItem {
        id: one.id,
        kind: one.kind,
        invoice: one.invoice,
        amount: one.amount.into(),
        via: one.via,
        reference: one.reference,
        at: one.at.to_string(),
    });
    fields.pick(&Paged::<TransactionItem> { items: items.collect(), next: found.next })
}
