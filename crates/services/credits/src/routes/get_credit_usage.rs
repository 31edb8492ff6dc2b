use axum::extract::State;
use captely_platform::http::{Member, Problem, Query, Tagged};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{CreditRoutes, UsageView};
use crate::{By, Period};

/// By what, and from when to when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct UsageQuery {
    #[param(inline)]
    by: By,
    /// The first day (UTC); 30 days up to the last where nothing is said.
    #[param(max_length = 10, example = "2026-01-01")]
    from: Option<String>,
    /// The last day (UTC); today where nothing is said.
    #[param(max_length = 10, example = "2026-01-31")]
    to: Option<String>,
}

/// What was spent
///
/// By action, provider, member, run or day. By provider it tells what that cost in money, too: for each value
/// found, verified and delivered. A refund counts on its own day.
#[utoipa::path(
    get, path = "/api/credits/usage", operation_id = "get_credit_usage", tag = "credits",
    params(UsageQuery),
    responses((status = 200, description = "The most first; days the latest first.", body = UsageView)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn get_credit_usage(
    State(all): State<CreditRoutes>,
    who: Member,
    Query(query): Query<UsageQuery>,
) -> Result<Tagged<UsageView>, Problem> {
    let now = all.ledger.clock().now();
    let period = Period::of_days(query.from.as_deref(), query.to.as_deref(), now);
    let period = period.map_err(|why| Problem::invalid(why.field(), format!("{why}.")))?;
    let usage = all.ledger.usage(who.workspace, query.by, period).await;
    let usage = usage.map_err(|why| all.problem(why))?;
    Ok(Tagged(UsageView::of(query.by, period, &usage)))
}
