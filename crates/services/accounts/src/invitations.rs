//! Inviting people into a workspace. The link is in the mail alone: nobody else ever sees its token.

use std::time::Duration;

use captely_contact::EmailAddress;
use captely_platform::access::Role;
use captely_platform::db::{DbError, Tx};
use captely_platform::http::Member;
use captely_platform::ids::WorkspaceId;
use captely_platform::mail::Template;
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::email::masked;
use crate::error::AccountError;
use crate::ids::InvitationId;
use crate::members::{acting_role, check_above, lock};
use crate::model::{Invitation, Origin};
use crate::plan::check_seat;
use crate::service::Accounts;
use crate::store;
use crate::store::invitation::NewInvitation;
use crate::token::{Token, TokenKind};

/// How long an invitation is good.
pub(crate) const INVITATION_DAYS: u32 = 7;
const INVITATION_TIME: Duration = Duration::from_hours(7 * 24);
/// Invitations of a workspace at once, those that ran out among them.
const INVITATIONS_MAX: i64 = 200;
/// Mails with invitations of one workspace, and to one address, in an hour.
const MAILS_PER_HOUR: u32 = 50;
const MAILS_PER_ADDRESS_PER_HOUR: u32 = 5;
const HOUR: Duration = Duration::from_hours(1);

impl Accounts {
    /// Invitations that nobody has accepted or withdrawn, the newest first, older than `before`.
    pub(crate) async fn invitations(
        &self,
        workspace: WorkspaceId,
        before: Option<InvitationId>,
        limit: u32,
    ) -> Result<Vec<Invitation>, DbError> {
        let before = before.unwrap_or(InvitationId::from(uuid::Uuid::max()));
        store::invitation::page(&self.db, workspace, before, limit).await
    }

    /// Invites an address, in the caller's transaction.
    pub(crate) async fn invite(
        &self,
        tx: &mut Tx,
        who: &Member,
        email: &EmailAddress,
        role: Role,
        from: &Origin,
    ) -> Result<Invitation, AccountError> {
        self.settings.policy.check(email)?;
        lock(tx, who.workspace).await?;
        check_above(acting_role(tx, who).await?, role)?;
        self.check_not_there(tx, who.workspace, email).await?;
        check_seat(tx, who.workspace).await?;
        let token = Token::draw(TokenKind::Invitation, &self.chance);
        let (id, now) = (InvitationId::from(self.ids.uuid()), self.now());
        let new = NewInvitation {
            id,
            email_sealed: self.seal_email(email),
            email_index: self.email_index(email),
            role,
            token_hash: *token.hash().as_bytes(),
            invited_by: who.user,
            expires_at: now.plus(INVITATION_TIME),
        };
        store::invitation::add(tx, who.workspace, new, now).await?;
        let added = store::invitation::get(tx, who.workspace, id).await?;
        let added = added.ok_or(AccountError::NotFound("invitation"))?;
        self.mail_invitation(tx, &added, email, &token).await?;
        self.audit_invitation(tx, who, &added, email, "invitation.created", from).await?;
        Ok(added)
    }

    async fn check_not_there(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        email: &EmailAddress,
    ) -> Result<(), AccountError> {
        let indexes = self.email_indexes(email);
        if let Some(person) = store::person::by_email_in(tx, &indexes).await?
            && store::member::get(tx, workspace, person.id).await?.is_some()
        {
            return Err(AccountError::Conflict("Whoever has this address is a member already."));
        }
        if store::invitation::is_invited(tx, workspace, &indexes).await? {
            return Err(AccountError::Conflict(
                "This address is invited; send that invitation again instead.",
            ));
        }
        if store::invitation::count(tx, workspace).await? >= INVITATIONS_MAX {
            return Err(AccountError::Conflict(
                "There are 200 open invitations, which is the most; withdraw some.",
            ));
        }
        Ok(())
    }

    /// Sends an invitation again with another link; the one before is good for nothing any more.
    pub(crate) async fn resend_invitation(
        &self,
        who: &Member,
        id: InvitationId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        let invitation = self.own_invitation(&mut tx, who, id).await?;
        let email = self.open_email(&invitation.email_sealed)?;
        let token = Token::draw(TokenKind::Invitation, &self.chance);
        let ends = self.now().plus(INVITATION_TIME);
        store::invitation::renew(&mut tx, &invitation, token.hash().as_bytes(), ends).await?;
        self.mail_invitation(&mut tx, &invitation, &email, &token).await?;
        self.audit_invitation(&mut tx, who, &invitation, &email, "invitation.resent", from).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes an invitation back.
    pub(crate) async fn withdraw_invitation(
        &self,
        who: &Member,
        id: InvitationId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        let invitation = self.own_invitation(&mut tx, who, id).await?;
        let email = self.open_email(&invitation.email_sealed)?;
        store::invitation::remove(&mut tx, who.workspace, id).await?;
        let action = "invitation.withdrawn";
        self.audit_invitation(&mut tx, who, &invitation, &email, action, from).await?;
        tx.commit().await?;
        Ok(())
    }

    /// One of the workspace that they may touch.
    async fn own_invitation(
        &self,
        tx: &mut Tx,
        who: &Member,
        id: InvitationId,
    ) -> Result<Invitation, AccountError> {
        lock(tx, who.workspace).await?;
        let found = store::invitation::get(tx, who.workspace, id).await?;
        let invitation = found.ok_or(AccountError::NotFound("invitation"))?;
        check_above(acting_role(tx, who).await?, invitation.role)?;
        Ok(invitation)
    }

    async fn mail_invitation(
        &self,
        tx: &mut Tx,
        invitation: &Invitation,
        email: &EmailAddress,
        token: &Token,
    ) -> Result<(), AccountError> {
        let workspace = invitation.workspace;
        let of_workspace =
            self.keys.blind_index("invitations of a workspace", workspace.as_uuid().as_bytes());
        self.count_mails(tx, &of_workspace, MAILS_PER_HOUR, HOUR).await?;
        self.count_mail(tx, "invitation", email, MAILS_PER_ADDRESS_PER_HOUR, HOUR).await?;
        let template = Template::Invitation {
            workspace: invitation.workspace_name.clone(),
            inviter: invitation.inviter.clone(),
            role: invitation.role.to_string(),
            link: self.link(&format!("/accept-invitation#{}", token.text().expose())),
            days: INVITATION_DAYS,
        };
        Ok(self.mail_to(tx, workspace, email.as_str(), None, template).await?)
    }

    async fn audit_invitation(
        &self,
        tx: &mut Tx,
        who: &Member,
        invitation: &Invitation,
        email: &EmailAddress,
        action: &'static str,
        from: &Origin,
    ) -> Result<(), DbError> {
        let detail = json!({ "address": masked(email), "role": invitation.role });
        let entry = Entry::new(who.workspace, Actor::of(who), action).of(invitation.id);
        self.audit(tx, from, entry.with(detail)).await
    }
}
