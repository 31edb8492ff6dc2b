use axum::extract::State;
use captely_platform::http::{Cursor, Fields, Member, Paged, Picked, Problem, Query};

use super::history_query::HistoryQuery;
use super::{CreditRoutes, HistoryItem};

/// What became of the workspace's credits
#[utoipa::path(
    get, path = "/api/credits/history", operation_id = "list_credit_history", tag = "credits",
    params(HistoryQuery),
    responses((status = 200, description = "The newest first.", body = Paged<HistoryItem>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn list_credit_history(
    State(all): State<CreditRoutes>,
    who: Member,
    Query(query): Query<HistoryQuery>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let (page, filter) = query.split();
    let (limit, before, filter) = (page.limit()?, page.after()?, filter.filter()?);
    let found = all.ledger.history(who.workspace, &filter, before, limit).await;
    let found = found.map_err(|why| all.problem(why))?;
    let items = found.lines.into_iter().map(HistoryItem::of).collect();
    let next = found.next.map(|before| Cursor(before).text());
    fields.pick(&Paged::<HistoryItem> { items, next })
}
