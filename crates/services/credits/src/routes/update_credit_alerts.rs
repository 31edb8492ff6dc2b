use axum::extract::State;
use axum::http::StatusCode;
use captely_accounts::{Actor, Entry, Origin};
use captely_contact::Credits;
use captely_platform::http::{Admin, Body, Problem};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::CreditRoutes;

/// When to tell.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"low_at": "250"}))]
pub(super) struct UpdateCreditAlertsInput {
    /// Below how many credits, as a decimal number; null for what the plan says.
    #[schema(max_length = 30)]
    low_at: Option<String>,
}

/// Say when credits are low
///
/// Below this `credit.low` is told, once until credits come in. It stays when the plan changes.
#[utoipa::path(
    patch, path = "/api/credits/alerts", operation_id = "update_credit_alerts", tag = "credits",
    request_body = UpdateCreditAlertsInput,
    responses((status = 204, description = "Changed.")),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn update_credit_alerts(
    State(all): State<CreditRoutes>,
    who: Admin,
    from: Origin,
    Body(input): Body<UpdateCreditAlertsInput>,
) -> Result<StatusCode, Problem> {
    let low_at = input.low_at.as_deref().map(str::parse::<Credits>).transpose();
    let low_at = low_at.map_err(|said| Problem::invalid("low_at", format!("low_at {said}.")))?;
    let mut tx = all.ledger.db().writer().await?;
    let changed = all.ledger.set_low_at(&mut tx, who.workspace, low_at).await;
    if changed.map_err(|why| all.problem(why).at("low_at"))? {
        let detail = json!({ "low_at": low_at.map(|low_at| low_at.to_string()) });
        let entry = Entry::new(who.workspace, Actor::of(&who), "credits.alert_changed");
        all.accounts.audit(&mut tx, &from, entry.with(detail)).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
