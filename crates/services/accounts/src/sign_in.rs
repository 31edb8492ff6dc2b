//! Signing in with address and password, and the second factor where there is one.

use std::time::Duration;

use captely_contact::EmailAddress;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use captely_platform::secrets::Secret;
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::email::{folded, masked};
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
        let mut tx = self.db.writer().await?;
        store::tally::clear(&mut tx, &self.tries_key(email)).await?;
        if let (Some(new), Some(old)) = (&renewed, &person.password_hash) {
            store::person::rehash(&mut tx, person.id, old, new).await?;
        }
        let out = self.second_factor_or_session(&mut tx, &person, remember, from).await?;
        tx.commit().await?;
        Ok(out)
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
        self.keys.blind_index(TALLY, folded(email).as_bytes())
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
