use axum::Json;
use axum::extract::State;
use captely_platform::http::{Member, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::routes::show::{PackageItem, PlanItem};
use crate::service::Billing;

/// What is sold here.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Offer {
    /// `off`: nothing is sold and everything is allowed; `manual` or `stripe`.
    #[schema(example = "stripe")]
    billing: &'static str,
    /// Of all prices.
    #[schema(example = "usd")]
    currency: String,
    /// From the smallest to the largest.
    plans: Vec<PlanItem>,
    credit_packages: Vec<PackageItem>,
    /// How many days a trial lasts.
    trial_days: u16,
    /// What a browser needs to reach Stripe; null where it needs nothing.
    #[schema(example = "pk_live_example")]
    stripe_publishable_key: Option<String>,
}

/// Plans and credit packages
#[utoipa::path(
    get, path = "/api/packages", operation_id = "list_packages", tag = "billing",
    responses((status = 200, description = "What is sold; nothing while billing is off.", body = Offer)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn list_packages(
    State(billing): State<Billing>,
    _who: Member,
) -> Result<Json<Offer>, Problem> {
    let catalogue = &billing.catalogue;
    let (plans, packages) = if billing.is_off() {
        (Vec::new(), Vec::new())
    } else {
        let plans = catalogue.plans.iter().map(|plan| PlanItem::of(catalogue, plan));
        let packages = catalogue.packages.iter().map(|one| PackageItem::of(catalogue, one));
        (plans.collect(), packages.collect())
    };
    Ok(Json(Offer {
        billing: billing.mode.as_str(),
        currency: catalogue.currency.as_str().to_owned(),
        plans,
        credit_packages: packages,
        trial_days: catalogue.trial.days,
        stripe_publishable_key: billing.stripe().and_then(|one| one.publishable_key.clone()),
    }))
}
