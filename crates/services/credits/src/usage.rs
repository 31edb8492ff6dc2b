//! What was spent, by action, provider, member, run or day. Charges and refunds are rolled up into one table by
//! the numbers of their entries: those have no gaps and become lasting in their order, so that whoever rolls up
//! to a number has missed none.

use std::collections::HashMap;
use std::fmt;

use captely_contact::Timestamp;
use captely_platform::ids::{RunId, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::account::DAY_MICROS;
use crate::period::Period;
use crate::provider_spend::Cost;
use crate::{CreditError, Ledger, store};

/// Entries rolled up in one transaction.
const ENTRIES_AT_ONCE: i64 = 5_000;
/// Transactions of one call: who reads waits for 100,000 entries at most, and is told what is still missing.
const ROUNDS_MAX: usize = 20;
/// Workspaces looked up at a time.
const WORKSPACES_AT_ONCE: u32 = 500;
/// Lines of an answer at most.
pub const USAGE_LINES_MAX: u32 = 1_000;

/// What usage is told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// By what was paid for.
    Action,
    /// By who delivered.
    Provider,
    /// By who spent.
    Member,
    /// By run.
    Run,
    /// By day (UTC).
    Day,
}

/// On what credits were spent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum UsedOn {
    /// An action, by its name.
    Action(String),
    /// A provider; none where nobody was asked.
    Provider(Option<String>),
    /// A member; none for the program itself.
    Member(Option<UserId>),
    /// A run; none outside runs.
    Run(Option<RunId>),
    /// A day: days since 1970 (UTC).
    Day(i64),
}

impl UsedOn {
    pub(crate) fn provider(name: String) -> Self {
        Self::Provider(Some(name).filter(|name| !name.is_empty()))
    }

    pub(crate) fn member(id: Uuid) -> Self {
        Self::Member(Some(id).filter(|id| !id.is_nil()).map(UserId::from))
    }

    pub(crate) fn run(id: Uuid) -> Self {
        Self::Run(Some(id).filter(|id| !id.is_nil()).map(RunId::from))
    }
}

/// A word, a typed id or a date; empty where there is none.
impl fmt::Display for UsedOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action(name) | Self::Provider(Some(name)) => f.pad(name),
            Self::Member(Some(id)) => write!(f, "{id}"),
            Self::Run(Some(id)) => write!(f, "{id}"),
            Self::Day(day) => {
                let moment = Timestamp::micros(day.saturating_mul(DAY_MICROS)).to_string();
                f.pad(moment.split('T').next().unwrap_or_default())
            }
            Self::Provider(None) | Self::Member(None) | Self::Run(None) => Ok(()),
        }
    }
}

/// What was spent. Amounts are thousandths of a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    /// How often something was charged.
    pub charges: i64,
    /// For how many pieces.
    pub quantity: i64,
    /// What was charged.
    pub charged: i64,
    /// How often something was given back.
    pub refunds: i64,
    /// What was given back.
    pub refunded: i64,
}

impl Used {
    /// What was charged and not given back; below zero where the charge was in an earlier time.
    pub fn net_millis(self) -> i64 {
        self.charged.saturating_sub(self.refunded)
    }
}

/// A line of usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageLine {
    /// On what.
    pub on: UsedOn,
    /// In credits.
    pub used: Used,
    /// In money; for providers alone.
    pub cost: Option<Cost>,
}

/// What was spent in a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// In all.
    pub total: Used,
    /// The most first, days the latest first; [`USAGE_LINES_MAX`] at most.
    pub lines: Vec<UsageLine>,
    /// Entries that are not counted yet; 0 but for a while after very much was spent.
    pub entries_behind: i64,
}

impl Ledger {
    /// What was spent in a time, up to now.
    pub async fn usage(
        &self,
        workspace: WorkspaceId,
        by: By,
        period: Period,
    ) -> Result<Usage, CreditError> {
        let entries_behind = self.roll_up(workspace).await?;
        let days = (period.from, period.to);
        let db = self.db();
        let total = store::usage::total(db, workspace, days).await?;
        let used = store::usage::by(db, workspace, by, days, USAGE_LINES_MAX).await?;
        let costs = match by {
            By::Provider => store::spend::by_provider(db, workspace, days, USAGE_LINES_MAX).await?,
            By::Action | By::Member | By::Run | By::Day => Vec::new(),
        };
        Ok(Usage { total, lines: lines(used, costs), entries_behind })
    }

    /// Rolls up what a workspace has spent since it was done last, a bounded number of entries; how many are
    /// left.
    pub async fn roll_up(&self, workspace: WorkspaceId) -> Result<i64, CreditError> {
        for _round in 0..ROUNDS_MAX {
            let (last, done) = store::usage::behind(self.db(), workspace).await?;
            if last <= done {
                return Ok(0);
            }
            let mut tx = self.db().writer().await?;
            let done = store::usage::lock_mark(&mut tx, workspace).await?;
            let until = last.min(done.saturating_add(ENTRIES_AT_ONCE));
            if until > done {
                store::usage::fold(&mut tx, workspace, done, until).await?;
            }
            tx.commit().await?;
        }
        let (last, done) = store::usage::behind(self.db(), workspace).await?;
        Ok(last.saturating_sub(done))
    }

    /// Rolls up what all workspaces have spent; how many it was.
    pub async fn roll_up_all(&self) -> Result<u64, CreditError> {
        let (mut after, mut done) = (WorkspaceId::from(Uuid::nil()), 0_u64);
        loop {
            let page = store::usage::unfolded(self.db(), after, WORKSPACES_AT_ONCE).await?;
            let Some(last) = page.last() else { return Ok(done) };
            after = *last;
            for workspace in page {
                self.roll_up(workspace).await?;
                done = done.saturating_add(1);
            }
        }
    }
}

/// Puts money beside credits; providers that cost money alone come last.
fn lines(used: Vec<(UsedOn, Used)>, costs: Vec<(String, Cost)>) -> Vec<UsageLine> {
    let mut order = Vec::with_capacity(costs.len());
    let mut costs: HashMap<UsedOn, Cost> = costs
        .into_iter()
        .map(|(provider, cost)| (UsedOn::provider(provider), cost))
        .inspect(|(on, _)| order.push(on.clone()))
        .collect();
    let mut out: Vec<UsageLine> = Vec::with_capacity(used.len());
    for (on, used) in used {
        let is_provider = matches!(on, UsedOn::Provider(_));
        let cost = costs.remove(&on);
        out.push(UsageLine { cost: cost.or_else(|| is_provider.then(Cost::default)), on, used });
    }
    for on in order {
        if let Some(cost) = costs.remove(&on) {
            out.push(UsageLine { on, used: Used::default(), cost: Some(cost) });
        }
    }
    out
}
