use axum::Json;
use axum::extract::State;
use captely_platform::http::{Member, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::routes::show::SubscriptionItem;
use crate::service::Billing;

/// How the plan of the workspace stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Standing {
    /// `off`, `manual` or `stripe`.
    #[schema(example = "stripe")]
    billing: &'static str,
    /// What is in force; null while billing is off.
    subscription: Option<SubscriptionItem>,
    /// What was ordered, until it is paid.
    order: Option<SubscriptionItem>,
    /// Whether the one trial is still there.
    trial_available: bool,
    /// Whose limits hold: another plan than the subscription's while a payment is missing for long.
    #[schema(example = "starter")]
    limits_of: String,
}

/// The plan of the workspace
#[utoipa::path(
    get, path = "/api/subscriptions", operation_id = "get_subscription", tag = "billing",
    responses((status = 200, description = "How it stands.", body = Standing)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn get_subscription(
    State(billing): State<Billing>,
    who: Member,
) -> Result<Json<Standing>, Problem> {
    let overview = billing.overview(who.workspace).await?;
    let policy = billing.policy(who.workspace).await?;
    Ok(Json(Standing {
        billing: billing.mode.as_str(),
        subscription: overview.current.as_ref().map(SubscriptionItem::of),
        order: overview.order.as_ref().map(SubscriptionItem::of),
        trial_available: overview.trial_left,
        limits_of: policy.plan.clone(),
    }))
}
