use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use crate::{Action, Gates, Policy};

/// What a workspace may do, and what it pays for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditPolicy)]
pub(super) struct PolicyView {
    #[schema(example = "starter")]
    plan: String,
    /// What each action costs, for one.
    #[schema(example = json!({"email_reveal": "1", "phone_reveal": "3", "email_verification": "0.500"}))]
    prices: BTreeMap<Action, String>,
    /// Calls of a provider in a calendar month at most; those that are not named have no limit.
    #[schema(example = json!({"hunter": 500}))]
    provider_monthly_max: BTreeMap<String, u32>,
    gates: GatesView,
    /// An address that was paid for and bounces is refunded.
    refund_on_bounce: bool,
    /// What was paid twice for contacts that turn out to be one is refunded once.
    refund_on_merge: bool,
}

/// What of the product the plan has; null for all of it, or for no limit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditGates)]
struct GatesView {
    actions: Option<BTreeSet<Action>>,
    #[schema(example = json!(["dropcontact", "hunter", "icypeas"]))]
    providers: Option<BTreeSet<String>>,
    #[schema(example = json!(["api_access"]))]
    features: Option<BTreeSet<String>>,
    #[schema(example = 10)]
    imports_per_month: Option<u32>,
    #[schema(example = 5000)]
    contacts_max: Option<u32>,
    #[schema(example = 1)]
    members_max: Option<u32>,
}

impl PolicyView {
    pub(super) fn of(policy: &Policy) -> Self {
        let price = |action: Action| (action, policy.price(action, 1).to_string());
        Self {
            plan: policy.plan.clone(),
            prices: Action::ALL.map(price).into(),
            provider_monthly_max: policy.provider_monthly_max.clone(),
            gates: GatesView::of(&policy.gates),
            refund_on_bounce: policy.refund_on_bounce,
            refund_on_merge: policy.refund_on_merge,
        }
    }
}

impl GatesView {
    fn of(gates: &Gates) -> Self {
        Self {
            actions: gates.actions.clone(),
            providers: gates.providers.clone(),
            features: gates.features.clone(),
            imports_per_month: gates.imports_per_month,
            contacts_max: gates.contacts_max,
            members_max: gates.members_max,
        }
    }
}
