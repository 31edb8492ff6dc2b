//! How a workspace stands.

use std::sync::Arc;

use captely_contact::{Credits, Timestamp};
use captely_platform::db::Tx;
use captely_platform::ids::{RunId, WorkspaceId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::account::{Account, day_after, day_of};
use crate::counters::{Counters, of_run};
use crate::grants::{GrantRow, Grants, State};
use crate::session::Session;
use crate::store;
use crate::{AMOUNT_MAX, CreditError, Grant, Ledger, Policy, Rollover};

/// How a workspace stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What can be held or spent.
    pub available: Credits,
    /// What is set aside.
    pub held: Credits,
    /// What was spent, ever, less refunds.
    pub spent: Credits,
    /// What was granted, ever.
    pub granted: Credits,
    /// What expired, ever.
    pub expired: Credits,
    /// What was added by hand less what was taken away; may be below zero.
    pub adjusted_millis: i64,
    /// Held or spent today (UTC).
    pub used_today: Credits,
    /// When the day is over.
    pub day_ends_at: Timestamp,
    /// Holds that are open.
    pub holds: u64,
    /// Grants that are drawn from or will be, in the order of drawing; scheduled ones last.
    pub grants: Vec<Grant>,
    /// What holds for it.
    pub policy: Arc<Policy>,
    /// Below how much `credit.low` is told.
    pub low_at: Credits,
    /// What there is to worry about.
    pub alert: Alert,
    /// Entries so far.
    pub entries: u64,
}

/// What there is to worry about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CreditAlert)]
pub enum Alert {
    /// Nothing.
    None,
    /// Little is left.
    Low,
    /// Nothing is left, or not enough for what somebody wanted.
    Depleted,
}

impl Alert {
    /// As it is now, or was told last: that stays until something comes in.
    fn of(account: &Account, low_at: Credits, unlimited: bool) -> Self {
        let left = account.sums.available;
        let now = match left {
            _ if unlimited => return Self::None,
            ..=0 => Self::Depleted,
            _ if left < low_at.as_millis() => Self::Low,
            _ => Self::None,
        };
        now.max(match account.alert {
            0 => Self::None,
            1 => Self::Low,
            _ => Self::Depleted,
        })
    }
}

impl Ledger {
    /// Makes the account of a workspace where it has none.
    pub async fn open(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<(), CreditError> {
        Session::open(self, tx, workspace).await?.finish().await.map(drop)
    }

    /// What holds for a workspace from now on.
    pub async fn set_policy(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        policy: &Policy,
    ) -> Result<(), CreditError> {
        let mut session = Session::open(self, tx, workspace).await?;
        if *session.policy == *policy && session.account.policy_version > 0 {
            return Ok(());
        }
        session.account.policy_version = store::policy::put(session.tx, workspace, policy).await?;
        session.policy = Arc::new(policy.clone());
        session.finish().await.map(drop)
    }

    /// Below how much the admins of a workspace want to be told; none for what its policy says. It stays
    /// when the policy changes. Whether it changed.
    pub async fn set_low_at(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        low_at: Option<Credits>,
    ) -> Result<bool, CreditError> {
        if let Some(amount) = low_at.filter(|low_at| !(Credits::ZERO..=AMOUNT_MAX).contains(low_at))
        {
            return Err(CreditError::Amount(amount));
        }
        let mut session = Session::open(self, tx, workspace).await?;
        let low_at = low_at.map(Credits::as_millis);
        if session.account.low_at == low_at {
            return Ok(false);
        }
        session.account.low_at = low_at;
        session.finish().await?;
        Ok(true)
    }

    /// What holds for a workspace.
    pub async fn policy(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
    ) -> Result<Arc<Policy>, CreditError> {
        let account = store::account::look(tx, workspace).await?;
        self.policy_of(tx, workspace, account.map_or(0, |account| account.policy_version)).await
    }

    /// What is available now: one row is read.
    pub async fn available(&self, workspace: WorkspaceId) -> Result<Credits, CreditError> {
        let account = self.up_to_date(workspace).await?;
        Ok(Credits::millis(account.sums.available))
    }

    /// What a run has spent, and what is set aside for it.
    pub async fn used_by_run(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<Credits, CreditError> {
        let key = of_run(run);
        let counters = Counters::read(tx, workspace, vec![key.clone()]).await?;
        Ok(Credits::millis(counters.used(&key)))
    }

    /// How a workspace stands now.
    pub async fn standing(&self, workspace: WorkspaceId) -> Result<Standing, CreditError> {
        self.up_to_date(workspace).await?;
        // One picture: what is available and what the grants have left belong together.
        let mut tx = self.db().picture().await?;
        let account = store::account::look(&mut tx, workspace).await?;
        let account = account.unwrap_or_else(Account::new);
        let rows = store::grant::open(&mut tx, workspace).await?;
        let policy = self.policy_of(&mut tx, workspace, account.policy_version).await?;
        drop(tx);
        let holds = store::hold::count(self.db(), workspace).await?;
        let current = account.current_grant.map(|id| (id, account.current_left));
        let grants = Grants::read(rows, current).in_order();
        let today = day_of(self.clock().now()).max(account.day);
        let sums = account.sums;
        let low_at = account.low_at.map_or(policy.low_at, Credits::millis);
        Ok(Standing {
            available: Credits::millis(sums.available),
            held: Credits::millis(sums.held),
            spent: Credits::millis(sums.spent),
            granted: Credits::millis(sums.granted),
            expired: Credits::millis(sums.expired),
            adjusted_millis: sums.adjusted,
            used_today: Credits::millis(if today == account.day { account.day_used } else { 0 }),
            day_ends_at: day_after(today),
            holds: u64::try_from(holds).unwrap_or(0),
            grants: grants.into_iter().map(shown).collect(),
            alert: Alert::of(&account, low_at, policy.unlimited),
            low_at,
            policy,
            entries: u64::try_from(account.seq).unwrap_or(0),
        })
    }

    /// The account's row, after grants whose moment has come.
    async fn up_to_date(&self, workspace: WorkspaceId) -> Result<Account, CreditError> {
        let now = self.clock().now().as_micros();
        match store::account::get(self.db(), workspace).await? {
            Some(account) if account.next_change_at > now => Ok(account),
            None => Ok(Account::new()),
            Some(_) => {
                let mut tx = self.db().writer().await?;
                self.open(&mut tx, workspace).await?;
                tx.commit().await?;
                let account = store::account::get(self.db(), workspace).await?;
                Ok(account.unwrap_or_else(Account::new))
            }
        }
    }
}

fn shown(row: GrantRow) -> Grant {
    let left = if row.state == State::Scheduled { row.amount } else { row.left };
    let rollover = row.rollover.map(|(max, until)| Rollover {
        max: Credits::millis(max),
        expires_at: Timestamp::micros(until),
    });
    Grant {
        id: row.id.into(),
        source: row.source,
        amount: Credits::millis(row.amount),
        left: Credits::millis(left),
        priority: u8::try_from(row.priority).unwrap_or(u8::MAX),
        effective_at: Timestamp::micros(row.effective_at),
        expires_at: row.expires_at.map(Timestamp::micros),
        rollover,
        note: row.note,
    }
}
