use axum::Json;
use axum::extract::State;
use captely_platform::http::{Problem, Superadmin};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Billing;

/// A difference between Stripe's books and ours.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingItem {
    /// Stripe's object.
    #[schema(example = "sub_1")]
    subject: String,
    /// `status`, `ending`, `period_end`, `missing_here`, `missing_there`, `invoice_missing_here`, `invoice_unpaid` or `call_open`.
    #[schema(example = "status")]
    kind: String,
    #[schema(example = "active")]
    ours: String,
    #[schema(example = "past_due")]
    theirs: String,
    #[schema(example = "2026-01-05T03:00:00Z")]
    first_seen_at: String,
    #[schema(example = "2026-01-06T03:00:00Z")]
    last_seen_at: String,
}

/// What the last comparison found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reconciliation {
    /// The oldest first, 1,000 at most.
    items: Vec<FindingItem>,
}

/// Where Stripe's books and ours differ
///
/// For superadmins, from an allowed address. They are compared once a day.
#[utoipa::path(
    get, path = "/api/admin/billing/reconciliation", operation_id = "list_reconciliation", tag = "admin",
    responses(
        (status = 200, description = "What differs; nothing is well.", body = Reconciliation),
        (status = 409, description = "Payments are not made through Stripe here."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_reconciliation(
    State(billing): State<Billing>,
    _who: Superadmin,
) -> Result<Json<Reconciliation>, Problem> {
    let found = billing.findings().await?;
    let items = found.into_iter().map(|one| FindingItem {
        subject: one.subject,
        kind: one.kind,
        ours: one.ours,
        theirs: one.theirs,
        first_seen_at: one.first_seen_at.to_string(),
        last_seen_at: one.last_seen_at.to_string(),
    });
    Ok(Json(Reconciliation { items: items.collect() }))
}
