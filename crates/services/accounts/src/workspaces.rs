//! Workspaces of somebody.

use captely_platform::access::Tier;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::error::AccountError;
use crate::ids::UserId;
use crate::model::{Origin, Workspace};
use crate::service::Accounts;
use crate::store;

/// Workspaces that one person may be in.
const WORKSPACES_MAX: i64 = 100;

/// Refuses where somebody is in as many workspaces as one may be; others that count theirs wait until the
/// transaction ends.
pub(crate) async fn check_room(tx: &mut Tx, user: UserId) -> Result<(), AccountError> {
    tx.one_at_a_time(&format!("workspaces of {user}")).await?;
    if store::member::count_of(tx, user).await? >= WORKSPACES_MAX {
        return Err(AccountError::Conflict("You are in 100 workspaces, which is the most."));
    }
    Ok(())
}

impl Accounts {
    /// The workspaces of somebody, in the order of joining.
    pub(crate) async fn workspaces(&self, user: UserId) -> Result<Vec<Workspace>, DbError> {
        store::workspace::of_person(&self.db, user).await
    }

    /// The workspaces of the installation behind `after`, in the order of their ids, at most 500.
    pub async fn workspace_ids(
        &self,
        after: Option<WorkspaceId>,
    ) -> Result<Vec<WorkspaceId>, DbError> {
        let after = after.unwrap_or(WorkspaceId::from(uuid::Uuid::nil()));
        store::workspace::ids(&self.db, after, 500).await
    }

    /// Another workspace, in the caller's transaction.
    pub(crate) async fn add_workspace(
        &self,
        tx: &mut Tx,
        user: UserId,
        name: &str,
        from: &Origin,
    ) -> Result<WorkspaceId, AccountError> {
        check_room(tx, user).await?;
        self.make_workspace(tx, user, name, from).await
    }

    /// Whether there is such a workspace, in the caller's transaction. For other services.
    pub async fn has_workspace(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
    ) -> Result<bool, DbError> {
        store::workspace::is_there(tx, workspace).await
    }

    /// Gives a workspace another name.
    pub(crate) async fn rename_workspace(
        &self,
        workspace: WorkspaceId,
        actor: Actor,
        name: &str,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        store::workspace::rename(&mut tx, workspace, name).await?;
        let entry = Entry::new(workspace, actor, "workspace.renamed").of(workspace);
        self.audit(&mut tx, from, entry.with(json!({ "name": name }))).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives a workspace another tier: for billing, and for whoever runs the installation.
    pub async fn set_tier(
        &self,
        workspace: WorkspaceId,
        tier: Tier,
        actor: Actor,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        if !store::workspace::set_tier(&mut tx, workspace, tier.as_str()).await? {
            return Err(AccountError::NotFound("workspace"));
        }
        let entry = Entry::new(workspace, actor, "workspace.tier_changed").of(workspace);
        self.audit(&mut tx, from, entry.with(json!({ "tier": tier }))).await?;
        // Its members see it in their log, whoever runs the installation in theirs.
        let entry = Entry::new(WorkspaceId::INSTALLATION, actor, "workspace.tier_changed");
        let detail = json!({ "tier": tier });
        self.audit(&mut tx, from, entry.of(workspace).with(detail)).await?;
        tx.commit().await?;
        Ok(())
    }
}
