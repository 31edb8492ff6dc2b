//! Showing once more who one is, before something that cannot be taken back.

use std::time::Duration;

use captely_platform::db::Tx;
use captely_platform::http::SignedIn;
use captely_platform::secrets::Secret;

use crate::audit::Entry;
use crate::error::AccountError;
use crate::ids::{SessionId, UserId};
use crate::model::{Origin, Person};
use crate::service::Accounts;
use crate::store;

/// How long a proof counts as fresh.
const FRESH: Duration = Duration::from_mins(15);

impl Accounts {
    /// Refuses unless they proved who they are a short while ago.
    pub(crate) fn check_fresh(&self, who: &SignedIn) -> Result<(), AccountError> {
        if self.now().since(who.proved_at) <= FRESH {
            return Ok(());
        }
        Err(AccountError::ConfirmFirst)
    }

    /// Takes a password as fresh proof.
    pub(crate) async fn confirm(
        &self,
        user: UserId,
        session: SessionId,
        password: &Secret,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let person = self.check_own_password(user, password, from).await?;
        self.confirm_checked(&person, session, from).await
    }

    /// The same for somebody whose password was right a moment ago, if it still is.
    pub(crate) async fn confirm_checked(
        &self,
        person: &Person,
        session: SessionId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        self.hold_password(&mut tx, person, None).await?;
        self.note_proof(&mut tx, person.id, session, from).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes that somebody has shown who they are, just now.
    pub(crate) async fn note_proof(
        &self,
        tx: &mut Tx,
        user: UserId,
        session: SessionId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        store::session::proved(tx, session, user, self.now()).await?;
        self.audit(tx, from, Entry::own(user, "session.confirmed").of(session)).await?;
        Ok(())
    }

    /// The person, where this is their password. Wrong ones count as at signing in.
    pub(crate) async fn check_own_password(
        &self,
        user: UserId,
        password: &Secret,
        from: &Origin,
    ) -> Result<Person, AccountError> {
        let person = self.person(user).await?;
        let email = self.open_email(&person.email_sealed)?;
        self.check_tries(&email).await?;
        let verified = self.passwords.verify(password, person.password_hash.as_deref()).await?;
        if !verified.matches {
            self.count_wrong(&email, from).await?;
            return Err(AccountError::WrongPresentPassword);
        }
        Ok(person)
    }

    /// Somebody who is signed in.
    pub(crate) async fn person(&self, user: UserId) -> Result<Person, AccountError> {
        store::person::get(&self.db, user).await?.ok_or(AccountError::NotFound("person"))
    }
}
