//! Accepting an invitation: by somebody who has an account, or by making one. Whoever holds the token
//! has read the mail, so the address needs no other proof.

use captely_contact::EmailAddress;
use captely_platform::db::Tx;
use captely_platform::secrets::Secret;
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::error::AccountError;
use crate::ids::{SessionId, UserId};
use crate::members::lock;
use crate::model::{Invitation, Opened, Origin};
use crate::password::check_password;
use crate::plan::check_seat;
use crate::service::Accounts;
use crate::session::SignedBy;
use crate::store;
use crate::token::{Token, TokenKind};
use crate::workspaces::check_room;

/// Members that a workspace may have.
const MEMBERS_MAX: i64 = 1_000;

/// Somebody who makes an account to accept an invitation.
#[derive(Debug)]
pub(crate) struct InvitedSignUp {
    pub(crate) token: String,
    pub(crate) password: Secret,
    pub(crate) name: String,
    pub(crate) remember: bool,
}

/// What a token stands for.
struct Found {
    invitation: Invitation,
    email: EmailAddress,
    hash: [u8; 32],
}

impl Accounts {
    /// Who is invited where, for whoever holds the token.
    pub(crate) async fn preview_invitation(
        &self,
        token: &str,
    ) -> Result<(Invitation, EmailAddress), AccountError> {
        let mut tx = self.db.reader().await?;
        let found = self.invitation_of(&mut tx, token).await?;
        Ok((found.invitation, found.email))
    }

    /// Joins as somebody who is signed in, in the caller's transaction; the session goes there too.
    pub(crate) async fn accept_invitation(
        &self,
        tx: &mut Tx,
        token: &str,
        user: UserId,
        session: SessionId,
        from: &Origin,
    ) -> Result<Invitation, AccountError> {
        let found = self.invitation_of(tx, token).await?;
        let person = store::person::get_in(tx, user).await?;
        let person = person.ok_or(AccountError::NotFound("person"))?;
        if self.open_email(&person.email_sealed)? != found.email {
            return Err(AccountError::NotForYou);
        }
        self.join(tx, &found, user, from).await?;
        store::session::take_seat(tx, session, user, found.invitation.workspace).await?;
        Ok(found.invitation)
    }

    /// Makes an account for the invited address, joins and signs in.
    pub(crate) async fn register_invited(
        &self,
        wish: InvitedSignUp,
        from: &Origin,
    ) -> Result<Opened, AccountError> {
        let (_, email) = self.preview_invitation(&wish.token).await?;
        check_password(&wish.password, &email, &wish.name)?;
        let hash = self.passwords.hash(&wish.password).await?;
        let mut tx = self.db.writer().await?;
        let found = self.invitation_of(&mut tx, &wish.token).await?;
        let person = self.add_person(&mut tx, &found.email, &wish.name, Some(hash), false).await?;
        let person = person.ok_or(AccountError::Conflict(
            "This address has an account; sign in and accept the invitation there.",
        ))?;
        self.join(&mut tx, &found, person.id, from).await?;
        let by = SignedBy { means: "invitation", remember: wish.remember };
        let opened = self.open_session(&mut tx, &person, from, by).await?;
        tx.commit().await?;
        Ok(opened)
    }

    async fn invitation_of(&self, tx: &mut Tx, token: &str) -> Result<Found, AccountError> {
        let gone = || AccountError::Expired("The invitation");
        let token = Token::parse(TokenKind::Invitation, token.trim()).map_err(|_slip| gone())?;
        let hash = *token.hash().as_bytes();
        let invitation = store::invitation::by_token(tx, &hash, self.now()).await?;
        let invitation = invitation.ok_or_else(gone)?;
        let email = self.open_email(&invitation.email_sealed)?;
        Ok(Found { invitation, email, hash })
    }

    async fn join(
        &self,
        tx: &mut Tx,
        found: &Found,
        user: UserId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let Found { invitation, hash, .. } = found;
        let (workspace, now) = (invitation.workspace, self.now());
        lock(tx, workspace).await?;
        check_room(tx, user).await?;
        // Of two who come at once the second finds nothing to take.
        if !store::invitation::take(tx, invitation, hash, now).await? {
            return Err(AccountError::Expired("The invitation"));
        }
        if store::member::count(tx, workspace).await? >= MEMBERS_MAX {
            return Err(AccountError::Conflict(
                "The workspace has 1,000 members, which is the most.",
            ));
        }
        check_seat(tx, workspace).await?;
        if !store::member::add(tx, workspace, user, invitation.role, now).await? {
            return Err(AccountError::Conflict("You are a member of this workspace already."));
        }
        let detail = json!({
            "invitation": invitation.id, "invited_by": invitation.invited_by,
            "role": invitation.role,
        });
        let entry = Entry::new(workspace, Actor::Person(user), "member.joined").of(user);
        self.audit(tx, from, entry.with(detail)).await?;
        Ok(())
    }
}
