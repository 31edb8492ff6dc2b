//! Signing in with address and password, and the second factor where there is one.

use std::time::Duration;

use captely_contact::EmailAddress;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use captely_platform::secrets::Secret;
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::email::masked;
use crate::error::AccountError;
use crate::model::{Opened, Origin, Person};
use crate::service::Accounts;
use crate::session::SignedBy;
use crate::store;

/// Wrong passwords for one address within an hour (ASVS 2.2.1 asks for at most 100).
const WRONG_PER_HOUR: u32 = 20;
const HOUR: Duration = Duration::from_hours(1);
const TALLY: &str = "wrong passwords";

/// What came of a right password.
#[derive(Debug, Clone)]
pub(crate) enum SignedIn {
    /// They are in.
    Opened(Box<Opened>),
    /// They must show a second factor; the token names the challenge.
    SecondFactor(Secret),
}

impl Accounts {
    /// Signs somebody in. An unknown address takes as long as a wrong password and is told the same.
    pub(crate) async fn sign_in(
        &self,
        email: &EmailAddress,
        password: &Secret,
        remember: bool,
        from: &Origin,
    ) -> Result<SignedIn, AccountError> {
        let (person, renewed) = self.check_password_of(email, password, from).await?;
        self.open_checked(email, &person, renewed.as_deref(), remember, from).await
    }

    /// Who has this address and password, and a hash of today's cost where theirs is of another.
    pub(crate) async fn check_password_of(
        &self,
        email: &EmailAddress,
        password: &Secret,
        from: &Origin,
    ) -> Result<(Person, Option<String>), AccountError> {
        self.check_tries(email).await?;
        let person = store::person::by_email(&self.db, &self.email_indexes(email)).await?;
        let hash = person.as_ref().and_then(|person| person.password_hash.as_deref());
        let verified = self.passwords.verify(password, hash).await?;
        let Some(person) = person.filter(|person| verified.matches && !person.disabled) else {
            self.count_wrong(email, from).await?;
            return Err(AccountError::WrongPassword);
        };
        let renewed =
            if verified.needs_rehash { Some(self.passwords.hash(password).await?) } else { None };
        Ok((person, renewed))
    }

    /// Signs in somebody whose password was right a moment ago, if it still is.
    pub(crate) async fn open_checked(
        &self,
        email: &EmailAddress,
        person: &Person,
        renewed: Option<&str>,
        remember: bool,
        from: &Origin,
    ) -> Result<SignedIn, AccountError> {
        let mut tx = self.db.writer().await?;
        self.hold_password(&mut tx, person, renewed).await?;
        store::tally::clear(&mut tx, &self.tries_key(email)).await?;
        let out = self.second_factor_or_session(&mut tx, person, remember, from).await?;
        tx.commit().await?;
        Ok(out)
    }

    /// Passwords are checked before the transaction that follows from it, since that takes long. This
    /// comes first in that transaction: it refuses where the password is another one by now, or the account
    /// disabled, and until the transaction ends nobody sets one. So nothing that an old password has opened
    /// outlives it. `new` is the hash to keep from now on, where that is another one.
    pub(crate) async fn hold_password(
        &self,
        tx: &mut Tx,
        checked: &Person,
        new: Option<&str>,
    ) -> Result<(), AccountError> {
        let old = checked.password_hash.as_deref().ok_or(AccountError::ChangedMeanwhile)?;
        if store::person::hold_password(tx, checked.id, old, new.unwrap_or(old)).await? {
            Ok(())
        } else {
            Err(AccountError::ChangedMeanwhile)
        }
    }

    async fn second_factor_or_session(
        &self,
        tx: &mut Tx,
        person: &Person,
        remember: bool,
        from: &Origin,
    ) -> Result<SignedIn, AccountError> {
        if let Some(challenge) = self.second_factor_challenge(tx, person, remember).await? {
            return Ok(SignedIn::SecondFactor(challenge));
        }
        let by = SignedBy { means: "password", remember };
        Ok(SignedIn::Opened(Box::new(self.open_session(tx, person, from, by).await?)))
    }

    pub(crate) fn tries_key(&self, email: &EmailAddress) -> [u8; 32] {
        self.keys.blind_index(TALLY, email.as_str().as_bytes())
    }

    pub(crate) async fn check_tries(&self, email: &EmailAddress) -> Result<(), AccountError> {
        let now = self.now();
        let mut tx = self.db.reader().await?;
        match store::tally::read(&mut tx, &self.tries_key(email), now).await? {
            Some((n, ends)) if n >= WRONG_PER_HOUR => {
                Err(AccountError::TooManyTries { wait: ends.since(now) })
            }
            _ => Ok(()),
        }
    }

    /// Counts a wrong password, for addresses without an account too, and notes it.
    pub(crate) async fn count_wrong(
        &self,
        email: &EmailAddress,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        let key = self.tries_key(email);
        let counted = store::tally::count(&mut tx, &key, WRONG_PER_HOUR, HOUR, self.now()).await?;
        let entry =
            Entry::new(WorkspaceId::INSTALLATION, Actor::Nobody, "session.opened").refused();
        let detail = json!({ "why": if counted { "wrong password" } else { "too many tries" } });
        self.audit(&mut tx, from, entry.of(masked(email)).with(detail)).await?;
        tx.commit().await?;
        Ok(())
    }
}
