use axum::extract::State;
use captely_platform::http::{Member, Problem, Tagged};
use serde::Serialize;
use utoipa::ToSchema;

use super::CreditRoutes;
use crate::Action;

/// What an action costs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditPrice)]
pub(super) struct PriceItem {
    action: Action,
    /// Credits for one.
    #[schema(example = "0.500")]
    price: String,
    /// Whether the plan has it.
    in_plan: bool,
}

/// What actions cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditPrices)]
pub(super) struct Prices {
    #[schema(example = "starter")]
    plan: String,
    items: Vec<PriceItem>,
}

/// What actions cost the workspace
#[utoipa::path(
    get, path = "/api/credits/prices", operation_id = "list_credit_prices", tag = "credits",
    responses((status = 200, description = "Every action.", body = Prices)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn list_credit_prices(
    State(all): State<CreditRoutes>,
    who: Member,
) -> Result<Tagged<Prices>, Problem> {
    let mut tx = all.ledger.db().reader().await?;
    let policy = all.ledger.policy(&mut tx, who.workspace).await.map_err(|why| all.problem(why))?;
    let items = Action::ALL.map(|action| PriceItem {
        action,
        price: policy.price(action, 1).to_string(),
        in_plan: policy.gates.has_action(action),
    });
    Ok(Tagged(Prices { plan: policy.plan.clone(), items: items.into() }))
}
