//! A forgotten password, and a changed one.

use std::time::Duration;

use captely_contact::EmailAddress;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use captely_platform::mail::{self, Template};
use captely_platform::secrets::Secret;

use crate::audit::{Actor, Entry};
use crate::challenge::ChallengeKind;
use crate::email::masked;
use crate::error::AccountError;
use crate::ids::{SessionId, UserId};
use crate::model::{Origin, Person};
use crate::password::check_password;
use crate::service::Accounts;
use crate::store;
use crate::token::{Token, TokenKind};

const LINK_MINUTES: u32 = 30;
const LINK_TIME: Duration = Duration::from_mins(30);
const LINKS_PER_HOUR: u32 = 3;
const HOUR: Duration = Duration::from_hours(1);

impl Accounts {
    /// Sends a link to whoever has the address, if somebody has; nobody is told whether.
    pub(crate) async fn forgot_password(
        &self,
        email: &EmailAddress,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let person = store::person::by_email(&self.db, &self.email_indexes(email)).await?;
        let mut tx = self.db.writer().await?;
        let counted = self.count_mail(&mut tx, "reset link", email, LINKS_PER_HOUR, HOUR).await;
        match counted {
            Err(AccountError::TooManyMails { .. }) => return Ok(()),
            other => other?,
        }
        if let Some(person) = person.filter(|person| !person.disabled) {
            let token = Token::draw(TokenKind::PasswordReset, &self.chance);
            let (hash, ends) = (token.hash(), self.now().plus(LINK_TIME));
            store::reset::add(&mut tx, hash.as_bytes(), person.id, ends).await?;
            // Behind the #, so that no server and no Referer ever sees it.
            let link = self.link(&format!("/reset-password#{}", token.text().expose()));
            self.mail(&mut tx, &person, Template::ResetPassword { link, minutes: LINK_MINUTES })
                .await?;
        }
        let entry =
            Entry::new(WorkspaceId::INSTALLATION, Actor::Nobody, "password.reset_requested");
        self.audit(&mut tx, from, entry.of(masked(email))).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Sets a new password by a link, and ends every session.
    pub(crate) async fn reset_password(
        &self,
        token: &str,
        password: &Secret,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let gone = || AccountError::Expired("The link");
        let token = Token::parse(TokenKind::PasswordReset, token).map_err(|_slip| gone())?;
        let hash = token.hash();
        let mut tx = self.db.reader().await?;
        let owner = store::reset::owner(&mut tx, hash.as_bytes(), self.now()).await?;
        drop(tx);
        let person = match owner {
            Some(id) => store::person::get(&self.db, id).await?.ok_or_else(gone)?,
            None => return Err(gone()),
        };
        let new = self.new_password(&person, password).await?;
        let mut tx = self.db.writer().await?;
        if !store::reset::take(&mut tx, hash.as_bytes(), person.id, self.now()).await? {
            return Err(gone());
        }
        // No session is kept: whoever else is in may be why the password was reset.
        let none = SessionId::from(uuid::Uuid::nil());
        store::person::set_password(&mut tx, person.id, &new).await?;
        self.end_old_password(&mut tx, &person, none, "password.reset", from).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Changes the password of somebody who knows the present one; other sessions end.
    pub(crate) async fn change_password(
        &self,
        user: UserId,
        session: SessionId,
        present: &Secret,
        password: &Secret,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let person = self.check_own_password(user, present, from).await?;
        let new = self.new_password(&person, password).await?;
        self.change_checked(&person, &new, session, from).await
    }

    /// Changes the password of somebody whose present one was right a moment ago, if it still is: else
    /// whoever has come by the old one could set theirs after the owner has reset it.
    async fn change_checked(
        &self,
        person: &Person,
        new: &str,
        session: SessionId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        self.hold_password(&mut tx, person, Some(new)).await?;
        self.end_old_password(&mut tx, person, session, "password.changed", from).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The hash of a password that they may choose.
    async fn new_password(
        &self,
        person: &Person,
        password: &Secret,
    ) -> Result<String, AccountError> {
        let email = self.open_email(&person.email_sealed)?;
        check_password(password, &email, &person.name)?;
        Ok(self.passwords.hash(password).await?)
    }

    /// Ends what the password opened that was just replaced: sessions but `kept`, and sign-ins that wait
    /// for their second factor. These first: one that gets in at this moment is waited for, and its session
    /// is then among those that end.
    async fn end_old_password(
        &self,
        tx: &mut Tx,
        person: &Person,
        kept: SessionId,
        action: &'static str,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let now = self.now();
        let waiting = ChallengeKind::SecondFactor.word();
        store::challenge::end_of(tx, person.id, waiting).await?;
        store::session::end_others(tx, person.id, kept, "password_changed", now).await?;
        let email = self.open_email(&person.email_sealed)?;
        store::tally::clear(tx, &self.tries_key(&email)).await?;
        self.mail(tx, person, Template::PasswordChanged { when: mail::moment(now) }).await?;
        self.audit(tx, from, Entry::own(person.id, action)).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
