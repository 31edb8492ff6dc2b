use axum::extract::State;
use captely_platform::http::{Fields, Member, Page, Paged, Picked, Problem, Query};
use captely_platform::ids::{RunId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::CreditRoutes;
use crate::open_holds::OpenHold;
use crate::{Action, HoldId};

/// Credits that are set aside for work under way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditHold)]
pub(super) struct HoldItem {
    #[schema(value_type = String, example = "hold_019900000000700080000000000000ab")]
    id: HoldId,
    #[schema(example = "1")]
    amount: String,
    action: Action,
    /// How many of it.
    #[schema(example = 1)]
    quantity: u32,
    #[schema(example = "hunter")]
    provider: Option<String>,
    #[schema(value_type = Option<String>, example = "run_019900000000700080000000000000ab")]
    run_id: Option<RunId>,
    #[schema(value_type = Option<String>, example = "usr_019900000000700080000000000000ab")]
    member_id: Option<UserId>,
    /// The contact or profile: the 32 digits of its id.
    #[schema(example = "019900000000700080000000000000ab")]
    subject: Option<String>,
    #[schema(example = "2026-01-05T09:00:00Z")]
    at: String,
    /// It comes back by itself then.
    #[schema(example = "2026-01-05T10:00:00Z")]
    expires_at: String,
}

/// Credits that are set aside
#[utoipa::path(
    get, path = "/api/credits/holds", operation_id = "list_credit_holds", tag = "credits",
    params(Page),
    responses((status = 200, description = "The oldest first.", body = Paged<HoldItem>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn list_credit_holds(
    State(all): State<CreditRoutes>,
    who: Member,
    Query(page): Query<Page>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let limit = page.limit()?;
    let found = all.ledger.open_holds(who.workspace, page.after()?, limit.saturating_add(1)).await;
    let found = found.map_err(|why| all.problem(why))?;
    let found = Paged::of(found, limit, |hold| hold.id);
    let items = found.items.into_iter().map(item).collect();
    fields.pick(&Paged::<HoldItem> { items, next: found.next })
}

fn item(hold: OpenHold) -> HoldItem {
    HoldItem {
        id: hold.id,
        amount: hold.amount.to_string(),
        action: hold.action,
        quantity: hold.quantity,
        provider: hold.provider,
        run_id: hold.run,
        member_id: hold.member,
        subject: hold.subject.map(|id| id.simple().to_string()),
        at: hold.at.to_string(),
        expires_at: hold.expires_at.to_string(),
    }
}
