use std::sync::Arc;
use std::time::Duration;

use captely_contact::{Credits, Field, Usd};
use captely_providers::Provider;
use captely_waterfall::{Order, Policy};
use serde::{Deserialize, Serialize};

/// What a run does; kept with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSettings {
    /// Fields, stop rule, verification, retries, budget.
    pub policy: Policy,
    /// The order of the providers.
    pub order: Order,
    /// How long answers stay good.
    pub cache_days: u32,
    /// What stands behind the providers: `live`, or a sandbox's seed and address. Answers of one
    /// are never taken for the other's; it is part of what makes two runs the same.
    pub world: String,
    /// Credits that it may spend at most; none for no limit of its own.
    #[serde(default)]
    pub credits_max: Option<Credits>,
}

impl RunSettings {
    /// How old an answer may be to be used again.
    pub fn cache_age_max(&self) -> Duration {
        Duration::from_secs(u64::from(self.cache_days).saturating_mul(24 * 60 * 60))
    }

    /// Whether `field` is to be found.
    pub fn wants(&self, field: Field) -> bool {
        self.policy.wants.contains(&field)
    }
}

/// A provider that takes part, with what concerns this installation.
#[derive(Clone)]
pub struct ProviderSeat {
    /// Its client.
    pub client: Arc<dyn Provider>,
    /// Dollars per credit, as configured.
    pub usd_per_credit: Usd,
    /// A hash of its key, under which its limits are kept. Never the key itself.
    pub key_mark: String,
    /// How fast it may be called.
    pub limits: SlotLimits,
    /// Least time between two polls.
    pub poll_every: Duration,
    /// Calls under way at most.
    pub calls_at_once: usize,
}

/// Windows of calls: `(calls, in this time)`; all hold at once. Empty: no limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlotLimits {
    /// For questions.
    pub asks: Vec<(u32, Duration)>,
    /// For polls.
    pub polls: Vec<(u32, Duration)>,
}
