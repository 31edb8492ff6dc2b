//! What a workspace may do, and what it pays for it.

use std::collections::{BTreeMap, BTreeSet};

use captely_contact::Credits;
use serde::{Deserialize, Serialize};

use crate::Action;

/// What holds for a workspace: billing writes it when the plan changes; without billing it is
/// [`Policy::unlimited`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The plan's name, for refusals.
    pub plan: String,
    /// Credits never run out: the ledger grants what is missing, and counts.
    pub unlimited: bool,
    /// Credits held or spent in a day (UTC) at most; none for no limit.
    pub daily_max: Option<Credits>,
    /// What actions cost; [`Action::usual_price`] where one is not named.
    pub prices: BTreeMap<Action, Credits>,
    /// What of the product the plan has.
    pub gates: Gates,
    /// Calls of a provider in a calendar month (UTC) at most, by provider's short name.
    pub provider_monthly_max: BTreeMap<String, u32>,
    /// `credit.low` is told below this.
    pub low_at: Credits,
    /// An address that was paid for and bounces hard is refunded.
    pub refund_on_bounce: bool,
    /// Of two contacts that turn out to be one, what was paid for twice is refunded once.
    pub refund_on_merge: bool,
}

/// What of the product a plan has. None means all, or no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// Actions that the plan has.
    pub actions: Option<BTreeSet<Action>>,
    /// Providers that the plan has, by short name.
    pub providers: Option<BTreeSet<String>>,
    /// Features by name: `api_access`, `crm_integration`, ….
    pub features: Option<BTreeSet<String>>,
    /// Imports in a calendar month.
    pub imports_per_month: Option<u32>,
    /// Contacts in the workspace.
    pub contacts_max: Option<u32>,
    /// Members of the workspace.
    pub members_max: Option<u32>,
}

impl Policy {
    /// No limit and no gate, as on a machine of one's own.
    pub fn unlimited() -> Self {
        Self {
            plan: "self-hosted".to_owned(),
            unlimited: true,
            daily_max: None,
            prices: BTreeMap::new(),
            gates: Gates::default(),
            provider_monthly_max: BTreeMap::new(),
            low_at: Credits::ZERO,
            refund_on_bounce: true,
            refund_on_merge: true,
        }
    }

    /// What `quantity` of `action` cost.
    pub fn price(&self, action: Action, quantity: u32) -> Credits {
        let one = self.prices.get(&action).copied().unwrap_or_else(|| action.usual_price());
        Credits::millis(one.as_millis().saturating_mul(i64::from(quantity)))
    }
}

impl Gates {
    /// Whether the plan has an action.
    pub fn has_action(&self, action: Action) -> bool {
        self.actions.as_ref().is_none_or(|all| all.contains(&action))
    }

    /// Whether the plan has a provider.
    pub fn has_provider(&self, provider: &str) -> bool {
        self.providers.as_ref().is_none_or(|all| all.contains(provider))
    }

    /// Whether the plan has a feature.
    pub fn has_feature(&self, feature: &str) -> bool {
        self.features.as_ref().is_none_or(|all| all.contains(feature))
    }
}
