//! Members of a workspace: what each may do, leaving, and handing a workspace on.

use captely_contact::{Credits, Timestamp};
use captely_platform::access::Role;
use captely_platform::db::{DbError, Tx};
use captely_platform::http::{Member, SignedIn};
use captely_platform::ids::WorkspaceId;
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::error::AccountError;
use crate::ids::UserId;
use crate::model::{Colleague, Origin};
use crate::service::Accounts;
use crate::store;

/// What of a member is to change.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MemberChange {
    pub(crate) role: Option<Role>,
    /// The inner none takes the limit away.
    #[expect(clippy::option_option, reason = "left out, null and a value are three wishes")]
    pub(crate) spending_limit: Option<Option<Credits>>,
}

/// What a member may spend in a calendar month, in the caller's transaction; none where an admin has set no
/// limit. For the ledger.
pub async fn spending_limit(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: UserId,
) -> Result<Option<Credits>, DbError> {
    store::member::limit_of(tx, workspace, member).await
}

impl Accounts {
    /// Members in the order of joining, behind `after`.
    pub(crate) async fn members(
        &self,
        workspace: WorkspaceId,
        after: Option<(Timestamp, UserId)>,
        limit: u32,
    ) -> Result<Vec<Colleague>, DbError> {
        let first = (Timestamp::micros(i64::MIN), UserId::from(uuid::Uuid::nil()));
        store::member::page(&self.db, workspace, after.unwrap_or(first), limit).await
    }

    /// Gives a member another role or spending limit.
    pub(crate) async fn change_member(
        &self,
        who: &Member,
        target: UserId,
        change: MemberChange,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        lock(&mut tx, who.workspace).await?;
        let member = find(&mut tx, who.workspace, target).await?;
        let acting = acting_role(&mut tx, who).await?;
        check_above(acting, member.role)?;
        if let Some(role) = change.role.filter(|role| *role != member.role) {
            check_above(acting, role)?;
            if member.role == Role::Owner {
                check_other_owner(&mut tx, who.workspace, target).await?;
            }
            store::member::set_role(&mut tx, who.workspace, target, role).await?;
            let withdrawn = withdraw_above(&mut tx, who.workspace, target, role).await?;
            let entry = Entry::new(who.workspace, Actor::of(who), "member.role_changed");
            let detail = json!({
                "from": member.role, "to": role, "invitations_withdrawn": withdrawn,
            });
            self.audit(&mut tx, from, entry.of(target).with(detail)).await?;
        }
        if let Some(limit) = change.spending_limit {
            store::member::set_limit(&mut tx, who.workspace, target, limit).await?;
            let entry = Entry::new(who.workspace, Actor::of(who), "member.limit_changed");
            let shown = |limit: Option<Credits>| limit.map(|credits| credits.to_string());
            let detail = json!({ "from": shown(member.spending_limit), "to": shown(limit) });
            self.audit(&mut tx, from, entry.of(target).with(detail)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Takes a member out of the workspace, or leaves it. Their keys and the invitations that they sent
    /// end with it, so that nothing of theirs comes back to life if they join again.
    pub(crate) async fn remove_member(
        &self,
        who: &Member,
        target: UserId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let (workspace, leaves) = (who.workspace, who.user == target);
        let mut tx = self.db.writer().await?;
        lock(&mut tx, workspace).await?;
        let member = find(&mut tx, workspace, target).await?;
        if !leaves {
            check_above(acting_role(&mut tx, who).await?, member.role)?;
        }
        if member.role == Role::Owner {
            check_other_owner(&mut tx, workspace, target).await?;
        }
        let keys = store::api_key::revoke_by(&mut tx, workspace, target, self.now()).await?;
        let invitations = store::invitation::remove_by(&mut tx, workspace, target, None).await?;
        store::member::remove(&mut tx, workspace, target).await?;
        let action = if leaves { "member.left" } else { "member.removed" };
        let detail = json!({
            "role": member.role, "keys_revoked": keys, "invitations_withdrawn": invitations,
        });
        let entry = Entry::new(workspace, Actor::of(who), action).of(target).with(detail);
        self.audit(&mut tx, from, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes another member owner; whoever was it becomes admin. Needs a fresh proof.
    pub(crate) async fn transfer(
        &self,
        who: &Member,
        session: &SignedIn,
        target: UserId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        self.check_fresh(session)?;
        if who.user == target {
            return Err(AccountError::Conflict("You own this workspace already."));
        }
        let mut tx = self.db.writer().await?;
        lock(&mut tx, who.workspace).await?;
        if acting_role(&mut tx, who).await? < Role::Owner {
            return Err(AccountError::AboveYou(Role::Owner));
        }
        let member = find(&mut tx, who.workspace, target).await?;
        if member.disabled {
            return Err(AccountError::Conflict("The account of this member is disabled."));
        }
        if member.role == Role::Owner {
            return Err(AccountError::Conflict("This member owns the workspace already."));
        }
        store::member::set_role(&mut tx, who.workspace, target, Role::Owner).await?;
        store::member::set_role(&mut tx, who.workspace, who.user, Role::Admin).await?;
        let withdrawn = withdraw_above(&mut tx, who.workspace, who.user, Role::Admin).await?;
        let entry = Entry::new(who.workspace, Actor::of(who), "workspace.transferred");
        let detail = json!({ "invitations_withdrawn": withdrawn });
        self.audit(&mut tx, from, entry.of(target).with(detail)).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// One change of members at a time: counts of owners, members and invitations stay true.
pub(crate) async fn lock(tx: &mut Tx, workspace: WorkspaceId) -> Result<(), DbError> {
    tx.one_at_a_time(&format!("members of {workspace}")).await
}

async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
) -> Result<Colleague, AccountError> {
    let found = store::member::get(tx, workspace, person).await?;
    found.ok_or(AccountError::NotFound("member"))
}

/// What they may do at this moment: their role may have changed since the request came in. A key never
/// has more than its own.
pub(crate) async fn acting_role(tx: &mut Tx, who: &Member) -> Result<Role, AccountError> {
    let today = store::member::get(tx, who.workspace, who.user).await?;
    let today = today.ok_or(AccountError::NotFound("workspace"))?.role;
    Ok(if who.key.is_some() { today.min(who.role) } else { today })
}

/// Admins give and take every role but owner; owners all.
pub(crate) fn check_above(acting: Role, role: Role) -> Result<(), AccountError> {
    let needed = if role == Role::Owner { Role::Owner } else { Role::Admin };
    if acting >= needed { Ok(()) } else { Err(AccountError::AboveYou(role)) }
}

/// Withdraws the invitations of `person` that somebody of their present `role` could not send: by one that
/// they sent themselves they would come back to what they had. Returns how many.
async fn withdraw_above(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
    role: Role,
) -> Result<u64, DbError> {
    let above = match role {
        Role::Owner => return Ok(0),
        Role::Admin => Some(Role::Owner),
        // They send none: all of theirs go.
        Role::User | Role::Viewer => None,
    };
    store::invitation::remove_by(tx, workspace, person, above).await
}

async fn check_other_owner(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
) -> Result<(), AccountError> {
    match store::member::other_owners(tx, workspace, person).await? {
        0 => Err(AccountError::LastOwner),
        _ => Ok(()),
    }
}
