//! What somebody has begun and finishes soon, once, with the token that they were given.

use std::time::Duration;

use captely_platform::db::{DbError, Tx};
use captely_platform::secrets::Secret;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::AccountError;
use crate::ids::UserId;
use crate::oidc::SIGN_IN_TIME_MAX;
use crate::passkey::PASSKEY_TIMEOUT;
use crate::service::Accounts;
use crate::store;
use crate::store::challenge::Challenge;
use crate::token::{Token, TokenKind};

/// What was begun. A token of one kind is of no use for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChallengeKind {
    /// The second factor of somebody whose first was right.
    SecondFactor,
    /// A new passkey of somebody signed in.
    AddPasskey,
    /// A sign-in by passkey, of nobody knows whom yet.
    PasskeySignIn,
    /// A fresh proof by passkey, of somebody signed in.
    PasskeyConfirm,
    /// A way through Google or Apple.
    Elsewhere,
}

impl ChallengeKind {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::AddPasskey => "add_passkey",
            Self::PasskeySignIn => "passkey_sign_in",
            Self::PasskeyConfirm => "passkey_confirm",
            Self::Elsewhere => "elsewhere",
        }
    }

    const fn time(self) -> Duration {
        match self {
            Self::SecondFactor => Duration::from_mins(5),
            Self::AddPasskey | Self::PasskeySignIn | Self::PasskeyConfirm => PASSKEY_TIMEOUT,
            Self::Elsewhere => SIGN_IN_TIME_MAX,
        }
    }

    fn seal(self) -> String {
        format!("accounts.challenge {}", self.word())
    }
}

impl Accounts {
    /// Keeps `state`, sealed, and gives the token that ends it.
    pub(crate) async fn begin_challenge<T: Serialize>(
        &self,
        tx: &mut Tx,
        kind: ChallengeKind,
        person: Option<UserId>,
        state: &T,
    ) -> Result<Secret, AccountError> {
        let token = Token::draw(TokenKind::Challenge, &self.chance);
        let text = serde_json::to_vec(state).map_err(|why| {
            AccountError::Internal(format!("the state of {} is no JSON: {why}", kind.word()))
        })?;
        let state_sealed = self.keys.seal(&kind.seal(), &text);
        let kept = Challenge { person, state_sealed };
        let ends = self.now().plus(kind.time());
        store::challenge::add(tx, token.hash().as_bytes(), kind.word(), &kept, ends).await?;
        Ok(token.text().clone())
    }

    /// Ends a challenge, before what was brought is looked at: a wrong answer ends it too. None where
    /// it has run out, was used or never was.
    pub(crate) async fn take_challenge<T: DeserializeOwned>(
        &self,
        kind: ChallengeKind,
        token: &str,
    ) -> Result<Option<(Option<UserId>, T)>, AccountError> {
        let Ok(token) = Token::parse(TokenKind::Challenge, token) else { return Ok(None) };
        let (hash, now) = (*token.hash().as_bytes(), self.now());
        let mut tx = self.db.writer().await?;
        let found = store::challenge::find(&mut tx, &hash, kind.word(), now).await?;
        let taken = store::challenge::take(&mut tx, &hash, kind.word()).await?;
        tx.commit().await?;
        let Some(found) = found.filter(|_kept| taken) else { return Ok(None) };
        Ok(Some((found.person, self.challenge_state(kind, &found)?)))
    }

    pub(crate) fn challenge_state<T: DeserializeOwned>(
        &self,
        kind: ChallengeKind,
        kept: &Challenge,
    ) -> Result<T, AccountError> {
        let bad = |why: String| DbError::Decode(format!("a challenge's state: {why}"));
        let opened = self.keys.open(&kind.seal(), &kept.state_sealed);
        let opened = opened.map_err(|why| bad(why.to_string()))?;
        Ok(serde_json::from_slice(&opened).map_err(|why| bad(why.to_string()))?)
    }
}
