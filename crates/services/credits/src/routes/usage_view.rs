use captely_contact::Credits;
use serde::Serialize;
use utoipa::ToSchema;

use crate::period::Period;
use crate::provider_spend::Cost;
use crate::usage::{By, Usage, UsageLine, Used, UsedOn};

/// What was spent in a time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditUsage)]
pub struct UsageView {
    by: By,
    /// The first day (UTC).
    #[schema(example = "2026-01-01")]
    from: String,
    /// The last day.
    #[schema(example = "2026-01-31")]
    to: String,
    total: UsedView,
    /// 1,000 at most.
    items: Vec<UsageItem>,
    /// Entries that are not counted yet: ask again a little later where it is not 0.
    #[schema(example = 0)]
    entries_behind: i64,
}

/// In credits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditsUsed)]
struct UsedView {
    /// How often something was charged.
    #[schema(example = 42)]
    charges: i64,
    /// For how many pieces.
    #[schema(example = 42)]
    quantity: i64,
    /// What was charged.
    #[schema(example = "42")]
    charged: String,
    /// How often something was given back.
    #[schema(example = 1)]
    refunds: i64,
    /// What was given back.
    #[schema(example = "1")]
    refunded: String,
    /// Charged less given back.
    #[schema(example = "41")]
    net: String,
}

/// What was spent on one thing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditUsageItem)]
struct UsageItem {
    /// The action, provider, member, run or day; null for what has none, such as work outside runs.
    #[schema(example = "hunter")]
    of: Option<String>,
    used: UsedView,
    /// What it cost in money; for providers alone.
    cost: Option<CostView>,
}

/// In money: dollars as decimal numbers in text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProviderCost)]
struct CostView {
    /// Questions asked.
    #[schema(example = 60)]
    calls: u64,
    /// Values that it gave.
    #[schema(example = 45)]
    found: u64,
    /// Those of them that a check found to be right.
    #[schema(example = 43)]
    verified: u64,
    /// Those of them that were delivered.
    #[schema(example = 42)]
    delivered: u64,
    #[schema(example = "0.84")]
    usd: String,
    #[schema(example = "0.018667")]
    usd_per_found: Option<String>,
    #[schema(example = "0.019535")]
    usd_per_verified: Option<String>,
    #[schema(example = "0.02")]
    usd_per_delivered: Option<String>,
}

impl UsageView {
    /// As it was found.
    pub fn of(by: By, period: Period, usage: &Usage) -> Self {
        Self {
            by,
            from: UsedOn::Day(period.from).to_string(),
            to: UsedOn::Day(period.to).to_string(),
            total: UsedView::of(usage.total),
            items: usage.lines.iter().map(UsageItem::of).collect(),
            entries_behind: usage.entries_behind,
        }
    }
}

impl UsedView {
    fn of(used: Used) -> Self {
        let shown = |millis: i64| Credits::millis(millis).to_string();
        Self {
            charges: used.charges,
            quantity: used.quantity,
            charged: shown(used.charged),
            refunds: used.refunds,
            refunded: shown(used.refunded),
            net: shown(used.net_millis()),
        }
    }
}

impl UsageItem {
    fn of(line: &UsageLine) -> Self {
        let of = Some(line.on.to_string()).filter(|text| !text.is_empty());
        Self { of, used: UsedView::of(line.used), cost: line.cost.map(CostView::of) }
    }
}

impl CostView {
    fn of(cost: Cost) -> Self {
        let per = |count: u64| cost.per(count).map(|usd| usd.to_string());
        Self {
            calls: cost.calls,
            found: cost.found,
            verified: cost.verified,
            delivered: cost.delivered,
            usd: cost.usd.to_string(),
            usd_per_found: per(cost.found),
            usd_per_verified: per(cost.verified),
            usd_per_delivered: per(cost.delivered),
        }
    }
}
