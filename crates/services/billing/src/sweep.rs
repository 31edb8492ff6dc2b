//! Time passes: what is due of subscriptions is done, workspace by workspace.

use std::net::{IpAddr, Ipv4Addr};

use captely_accounts::{Actor, Origin, PlanLimits};
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::service::Billing;
use crate::store;
use crate::subscription::Step;

/// Subscriptions looked at in one round.
const AT_ONCE: u32 = 500;
/// Rounds of one sweep; the rest comes with the next.
const ROUNDS_MAX: u32 = 200;
/// Stripe repeats an event for three days; this is far behind that.
const EVENTS_KEPT: std::time::Duration = std::time::Duration::from_hours(24 * 90);

impl Billing {
    /// Makes sure that a workspace has a plan, and does what is due of it. While billing is off: that it has none,
    /// and no limits.
    pub async fn refresh(&self, workspace: WorkspaceId) -> Result<(), BillingError> {
        let mut tx = self.db.writer().await?;
        if self.is_off() {
            let before = self.ledger.policy(&mut tx, workspace).await?;
            if !before.unlimited {
                let policy = captely_credits::Policy {
                    refund_on_bounce: before.refund_on_bounce,
                    refund_on_merge: before.refund_on_merge,
                    ..captely_credits::Policy::unlimited()
                };
                self.ledger.set_policy(&mut tx, workspace, &policy).await?;
                let tier = captely_platform::access::Tier::Standard;
                let none = PlanLimits { tier, members_max: None, api_access: true };
                self.limit_accounts(&mut tx, workspace, none).await?;
            }
        } else {
            Desk::open(self, &mut tx, workspace).await?.finish().await?;
        }
        Ok(tx.commit().await?)
    }

    /// Tells accounts what the plan in force allows.
    pub(crate) async fn limit_accounts(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        limits: PlanLimits,
    ) -> Result<(), BillingError> {
        let from = Origin {
            address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            agent: "Captely".to_owned(),
            request: String::new(),
        };
        let nobody = Actor::Nobody;
        self.accounts.set_plan_limits(tx, workspace, limits, nobody, &from).await?;
        Ok(())
    }

    /// Does what is due by now, each workspace in a transaction of its own. How many subscriptions; one that
    /// fails is logged and tried again with the next sweep.
    pub async fn sweep(&self) -> Result<u64, BillingError> {
        if self.is_off() {
            return Ok(0);
        }
        let (mut done, mut last) = (0_u64, store::subscription::before_all_due());
        for _ in 0..ROUNDS_MAX {
            let due = store::subscription::due(&self.db, self.now(), last, AT_ONCE).await?;
            // Those that stay due, such as one that waits for Stripe, are behind us.
            let Some(end) = due.last() else { break };
            last = *end;
            for (_, workspace, id) in due {
                match Box::pin(self.look_after(workspace)).await {
                    Ok(()) => done = done.saturating_add(1),
                    Err(why) => {
                        tracing::error!(%workspace, subscription = %id, error = %why, "Billing is stuck");
                    }
                }
            }
        }
        Ok(done)
    }

    async fn look_after(&self, workspace: WorkspaceId) -> Result<(), BillingError> {
        self.refresh(workspace).await?;
        let mut tx = self.db.reader().await?;
        let current = store::subscription::current(&mut tx, workspace).await?;
        drop(tx);
        let next = current.as_ref().and_then(|one| one.next(&self.catalogue.dunning));
        match (next, current.and_then(|one| one.stripe_id)) {
            (Some((at, Step::AskStripe)), Some(id)) if at <= self.now() => {
                Box::pin(self.refresh_subscription(&id, None)).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Forgets events of Stripe's that were dealt with long ago, and what they told of payments. How many events.
    pub(crate) async fn forget_events(&self) -> Result<u64, BillingError> {
        let before = self.now().minus(EVENTS_KEPT);
        store::reversal::forget(&self.db, before).await?;
        Ok(store::event::forget(&self.db, before).await?)
    }
}
