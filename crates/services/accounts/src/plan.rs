//! What a workspace's plan allows of accounts. Billing says it; without billing there is no limit.

use captely_platform::access::Tier;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::error::AccountError;
use crate::model::Origin;
use crate::service::Accounts;
use crate::store;

/// What a plan allows of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanLimits {
    /// How many requests members may make.
    pub tier: Tier,
    /// Members at most; none for no limit. Who is there already stays.
    pub members_max: Option<u32>,
    /// Whether API keys work.
    pub api_access: bool,
}

impl Accounts {
    /// Sets what the plan of a workspace allows, in the caller's transaction; the next request meets it. False
    /// where that is what held already, or where there is no such workspace.
    pub async fn set_plan_limits(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        limits: PlanLimits,
        actor: Actor,
        from: &Origin,
    ) -> Result<bool, DbError> {
        if !store::workspace::set_limits(tx, workspace, limits).await? {
            return Ok(false);
        }
        let PlanLimits { tier, members_max, api_access } = limits;
        let entry = Entry::new(workspace, actor, "workspace.plan_changed").of(workspace);
        let detail = json!({ "tier": tier, "members_max": members_max, "api_access": api_access });
        self.audit(tx, from, entry.with(detail)).await?;
        Ok(true)
    }
}

/// Refuses one member more than the plan has.
pub(crate) async fn check_seat(tx: &mut Tx, workspace: WorkspaceId) -> Result<(), AccountError> {
    let limits = store::workspace::limits(tx, workspace).await?;
    let Some(max) = limits.and_then(|limits| limits.members_max) else { return Ok(()) };
    if store::member::count(tx, workspace).await? < i64::from(max) {
        return Ok(());
    }
    Err(AccountError::NotInPlan(format!(
        "The workspace's plan has room for {max} member(s), and they are there."
    )))
}

/// Refuses keys where the plan has no access by programs.
pub(crate) async fn check_api(tx: &mut Tx, workspace: WorkspaceId) -> Result<(), AccountError> {
    let limits = store::workspace::limits(tx, workspace).await?;
    if limits.is_none_or(|limits| limits.api_access) {
        return Ok(());
    }
    Err(AccountError::NotInPlan(NO_API.to_owned()))
}

/// Said to whoever comes with a key, or wants one.
pub(crate) const NO_API: &str = "The workspace's plan has no access by API keys.";
