use captely_contact::Credits;
use serde::Serialize;
use utoipa::ToSchema;

use super::policy_view::PolicyView;
use crate::{Alert, Grant, GrantId, GrantSource, Standing};

/// How a workspace stands. Credits are decimal numbers in text, to three decimals.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Credits)]
pub struct CreditsView {
    /// What can be held or spent.
    #[schema(example = "940.500")]
    balance: String,
    /// What is set aside for work under way.
    #[schema(example = "4")]
    held: String,
    /// Spent so far, less refunds.
    #[schema(example = "55.500")]
    spent: String,
    /// Granted so far.
    #[schema(example = "1000")]
    granted: String,
    /// What expired so far.
    #[schema(example = "0")]
    expired: String,
    /// Added by hand less what was taken away by hand.
    #[schema(example = "0")]
    adjusted: String,
    /// Whether credits never run out; they are counted all the same.
    unlimited: bool,
    today: TodayView,
    /// Holds that are open.
    #[schema(example = 4)]
    holds: u64,
    alerts: AlertsView,
    /// In the order in which they are drawn from; those that are yet to begin come last.
    grants: Vec<GrantItem>,
    policy: PolicyView,
}

/// What was used today (UTC).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditsToday)]
struct TodayView {
    /// Held or spent.
    #[schema(example = "12")]
    used: String,
    /// The most of a day; null for no limit.
    #[schema(example = "500")]
    max: Option<String>,
    #[schema(example = "2026-01-06T00:00:00Z")]
    ends_at: String,
}

/// When somebody is told, and of what now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditAlerts)]
struct AlertsView {
    /// `credit.low` is told below this.
    #[schema(example = "100")]
    low_at: String,
    level: Alert,
}

/// Credits that came in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditGrant)]
struct GrantItem {
    #[schema(value_type = String, example = "grant_019900000000700080000000000000ab")]
    id: GrantId,
    source: GrantSource,
    #[schema(example = "1000")]
    amount: String,
    /// Neither spent nor held.
    #[schema(example = "940.500")]
    left: String,
    /// The smallest is drawn from first; of equal ones what ends first.
    #[schema(example = 10)]
    priority: u8,
    #[schema(example = "2026-01-01T00:00:00Z")]
    effective_at: String,
    /// Null for one that does not end.
    #[schema(example = "2026-02-01T00:00:00Z")]
    expires_at: Option<String>,
    /// At most so much of what is left goes on at its end.
    #[schema(example = "1000")]
    rollover_max: Option<String>,
    /// Until when that goes on.
    #[schema(example = "2026-03-01T00:00:00Z")]
    rollover_expires_at: Option<String>,
    #[schema(example = "Starter, January 2026")]
    note: String,
}

impl CreditsView {
    /// As it stands.
    pub fn of(standing: Standing) -> Self {
        let policy = &standing.policy;
        Self {
            balance: standing.available.to_string(),
            held: standing.held.to_string(),
            spent: standing.spent.to_string(),
            granted: standing.granted.to_string(),
            expired: standing.expired.to_string(),
            adjusted: Credits::millis(standing.adjusted_millis).to_string(),
            unlimited: policy.unlimited,
            today: TodayView {
                used: standing.used_today.to_string(),
                max: policy.daily_max.map(|max| max.to_string()),
                ends_at: standing.day_ends_at.to_string(),
            },
            holds: standing.holds,
            alerts: AlertsView { low_at: standing.low_at.to_string(), level: standing.alert },
            policy: PolicyView::of(policy),
            grants: standing.grants.into_iter().map(GrantItem::of).collect(),
        }
    }
}

impl GrantItem {
    fn of(grant: Grant) -> Self {
        Self {
            id: grant.id,
            source: grant.source,
            amount: grant.amount.to_string(),
            left: grant.left.to_string(),
            priority: grant.priority,
            effective_at: grant.effective_at.to_string(),
            expires_at: grant.expires_at.map(|at| at.to_string()),
            rollover_max: grant.rollover.map(|rollover| rollover.max.to_string()),
            rollover_expires_at: grant.rollover.map(|rollover| rollover.expires_at.to_string()),
            note: grant.note,
        }
    }
}
