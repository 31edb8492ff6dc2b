//! The second factor at signing in: a code of an authenticator app, or a recovery code.

use std::time::Duration;

use captely_platform::db::{DbError, Tx};
use captely_platform::mail::{self, Template};
use captely_platform::secrets::Secret;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::Entry;
use crate::challenge::ChallengeKind;
use crate::error::AccountError;
use crate::ids::UserId;
use crate::model::{Opened, Origin, Person};
use crate::recovery::find_recovery_code;
use crate::service::Accounts;
use crate::session::SignedBy;
use crate::store;
use crate::token::{Token, TokenKind};
use crate::totp::TotpSecret;

const KIND: ChallengeKind = ChallengeKind::SecondFactor;
/// Tries of one challenge.
const CHALLENGE_TRIES: u32 = 5;
/// Tries for one account within an hour, in however many challenges. Three of a million codes are right
/// at any time, so that whoever has the password guesses one in 33,000 hours (RFC 6238 §5.1 leaves the
/// limit to us).
const TRIES_PER_HOUR: u32 = 10;
const HOUR: Duration = Duration::from_hours(1);
const TALLY: &str = "second factor tries";
const TOTP_SEAL: &str = "accounts.totp";

/// What somebody shows besides the first factor.
#[derive(Debug, Clone)]
pub(crate) enum FactorProof {
    /// What the app shows now.
    Code(Secret),
    /// One of ten, each good once.
    RecoveryCode(Secret),
}

#[derive(Serialize, Deserialize)]
struct State {
    remember: bool,
}

impl Accounts {
    /// The challenge of somebody who has a second factor; none where they have none.
    pub(crate) async fn second_factor_challenge(
        &self,
        tx: &mut Tx,
        person: &Person,
        remember: bool,
    ) -> Result<Option<Secret>, AccountError> {
        match store::second_factor::secret(tx, person.id).await? {
            Some(kept) if kept.on => {
                let state = State { remember };
                Ok(Some(self.begin_challenge(tx, KIND, Some(person.id), &state).await?))
            }
            _ => Ok(None),
        }
    }

    /// Ends a sign-in that waits for its second factor. The try is counted first, and stays counted.
    pub(crate) async fn finish_second_factor(
        &self,
        token: &str,
        proof: &FactorProof,
        from: &Origin,
    ) -> Result<Opened, AccountError> {
        let gone = || AccountError::Expired("The challenge");
        let token = Token::parse(TokenKind::Challenge, token).map_err(|_slip| gone())?;
        let hash = *token.hash().as_bytes();
        let (person, remember) = self.count_challenge_try(&hash).await?.ok_or_else(gone)?;
        self.count_factor_try(person.id).await?;
        let mut tx = self.db.writer().await?;
        if !self.take_factor(&mut tx, &person, proof).await? {
            drop(tx);
            let entry = Entry::own(person.id, "session.opened").refused();
            self.audit_alone(from, entry.with(json!({ "why": "wrong second factor" }))).await?;
            return Err(AccountError::WrongSecondFactor);
        }
        if !store::challenge::take(&mut tx, &hash, KIND.word()).await? {
            return Err(gone());
        }
        store::tally::clear(&mut tx, &self.factor_key(person.id)).await?;
        let by = SignedBy { means: "second factor", remember };
        let opened = self.open_session(&mut tx, &person, from, by).await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// Whose challenge it is and whether they want to be remembered; none where it has run out or
    /// there were too many tries of it.
    async fn count_challenge_try(
        &self,
        hash: &[u8; 32],
    ) -> Result<Option<(Person, bool)>, AccountError> {
        let now = self.now();
        let mut tx = self.db.writer().await?;
        let may =
            store::challenge::count_try(&mut tx, hash, KIND.word(), CHALLENGE_TRIES, now).await?;
        let found = store::challenge::find(&mut tx, hash, KIND.word(), now).await?;
        let person = match found.as_ref().and_then(|kept| kept.person) {
            Some(id) => store::person::get_in(&mut tx, id).await?,
            None => None,
        };
        tx.commit().await?;
        let person = person.filter(|person| may && !person.disabled);
        let Some((person, kept)) = person.zip(found) else { return Ok(None) };
        let State { remember } = self.challenge_state(KIND, &kept)?;
        Ok(Some((person, remember)))
    }

    /// Counts a try for the account, before the code is looked at: many at once count each.
    pub(crate) async fn count_factor_try(&self, user: UserId) -> Result<(), AccountError> {
        let (now, key) = (self.now(), self.factor_key(user));
        let mut tx = self.db.writer().await?;
        if store::tally::count(&mut tx, &key, TRIES_PER_HOUR, HOUR, now).await? {
            return Ok(tx.commit().await?);
        }
        let ends = store::tally::read(&mut tx, &key, now).await?.map_or(now, |(_, ends)| ends);
        Err(AccountError::TooManyTries { wait: ends.since(now) })
    }

    /// Takes a code, which is then of no use any more; false where it is wrong or was taken before.
    async fn take_factor(
        &self,
        tx: &mut Tx,
        person: &Person,
        proof: &FactorProof,
    ) -> Result<bool, AccountError> {
        match proof {
            FactorProof::Code(typed) => self.take_app_code(tx, person.id, typed).await,
            FactorProof::RecoveryCode(typed) => self.take_recovery_code(tx, person, typed).await,
        }
    }

    async fn take_app_code(
        &self,
        tx: &mut Tx,
        user: UserId,
        typed: &Secret,
    ) -> Result<bool, AccountError> {
        let Some(kept) = store::second_factor::secret(tx, user).await?.filter(|kept| kept.on)
        else {
            return Ok(false);
        };
        let secret = self.open_totp(&kept.secret_sealed)?;
        match secret.verify(typed.expose(), self.now()) {
            Some(step) => Ok(store::second_factor::take_step(tx, user, step).await?),
            None => Ok(false),
        }
    }

    async fn take_recovery_code(
        &self,
        tx: &mut Tx,
        person: &Person,
        typed: &Secret,
    ) -> Result<bool, AccountError> {
        let stored = store::second_factor::codes(tx, person.id).await?;
        let found = find_recovery_code(&self.keys, person.id, typed, &stored);
        let Some(hash) = found.and_then(|at| stored.get(at)) else { return Ok(false) };
        if !store::second_factor::take_code(tx, person.id, hash).await? {
            return Ok(false);
        }
        let left = stored.len().saturating_sub(1);
        let change = format!("A recovery code was used to sign in; {left} are left");
        self.tell_of_factor(tx, person, change).await?;
        Ok(true)
    }

    /// Tells somebody by mail that a way of signing in was changed.
    pub(crate) async fn tell_of_factor(
        &self,
        tx: &mut Tx,
        person: &Person,
        change: impl Into<String>,
    ) -> Result<(), DbError> {
        let when = mail::moment(self.now());
        self.mail(tx, person, Template::TwoFactorChanged { change: change.into(), when }).await
    }

    pub(crate) fn factor_key(&self, user: UserId) -> [u8; 32] {
        self.keys.blind_index(TALLY, user.as_uuid().as_bytes())
    }

    pub(crate) fn seal_totp(&self, secret: &TotpSecret) -> String {
        self.keys.seal(TOTP_SEAL, secret.as_bytes())
    }

    pub(crate) fn open_totp(&self, sealed: &str) -> Result<TotpSecret, AccountError> {
        let bad = |why: String| DbError::Decode(format!("a second factor: {why}"));
        let opened = self.keys.open(TOTP_SEAL, sealed).map_err(|why| bad(why.to_string()))?;
        Ok(TotpSecret::from_bytes(&opened).map_err(|why| bad(why.to_string()))?)
    }
}
