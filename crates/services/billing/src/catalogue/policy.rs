//! What a plan means to the ledger.

use captely_credits::{Gates, Policy};

use super::{Catalogue, FREE, Plan};

impl Catalogue {
    /// What holds for a workspace that billing has not seen yet: the limits of the free plan, or none at all
    /// while billing is off. For [`Ledger::new`](captely_credits::Ledger::new).
    pub fn usual_policy(&self, is_off: bool) -> Policy {
        match self.plan(FREE) {
            Some(free) if !is_off => self.policy(free, None),
            _ => Policy::unlimited(),
        }
    }

    /// What a workspace with this plan may do, and what it pays for it. What the workspace chose itself, such as
    /// refunds, is not the plan's: see `before`, the policy that held until now.
    pub fn policy(&self, plan: &Plan, before: Option<&Policy>) -> Policy {
        let mut prices = self.prices.clone();
        prices.extend(plan.prices.iter().map(|(action, price)| (*action, *price)));
        let own = before.cloned().unwrap_or_else(Policy::unlimited);
        Policy {
            plan: plan.id.clone(),
            unlimited: false,
            daily_max: plan.daily_max,
            prices,
            gates: Gates {
                actions: plan.actions.clone(),
                providers: plan.providers.clone(),
                features: plan.features.clone(),
                imports_per_month: plan.imports_per_month,
                contacts_max: plan.contacts_max,
                members_max: plan.members_max,
            },
            provider_monthly_max: plan.provider_monthly_max.clone(),
            low_at: plan.low_at,
            ..own
        }
    }
}
