//! Signing in with an account elsewhere, at Google or Apple.
//!
//! Between the start and the callback stands a challenge whose token is in a cookie of the browser that
//! began: an answer that another browser brings, or that nobody asked for, ends nothing here (RFC 9700
//! §4.7). The session's own cookies play no part in it; Apple's answer comes as a form of another site,
//! with which browsers send none of them.

use captely_platform::http::SignedIn as Who;
use captely_platform::ids::WorkspaceId;
use captely_platform::secrets::Secret;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::challenge::ChallengeKind;
use crate::error::AccountError;
use crate::ids::{SessionId, UserId};
use crate::model::{Opened, Origin};
use crate::oidc::{Callback, OidcError, PendingSignIn, Provider, ProviderName, ReturnTo, SignedIn};
use crate::service::Accounts;

/// What is remembered of somebody who was sent away.
#[derive(Serialize, Deserialize)]
struct State {
    pending: PendingSignIn,
    remember: bool,
    /// The session in which an account is linked; none where somebody signs in.
    link: Option<SessionId>,
}

/// Somebody on their way to a provider.
#[derive(Debug, Clone)]
pub(crate) struct SentAway {
    /// Where to.
    pub(crate) url: String,
    /// For the cookie that binds the browser.
    pub(crate) token: Secret,
}

/// What came of the way through a provider.
#[derive(Debug, Clone)]
pub(crate) struct CameBack {
    pub(crate) end: WayEnd,
    pub(crate) return_to: ReturnTo,
}

/// How a way through a provider ended.
#[derive(Debug, Clone)]
pub(crate) enum WayEnd {
    /// They are in.
    Opened(Box<Opened>),
    /// They must show a second factor; the token names the challenge.
    SecondFactor(Secret),
    /// The account there is linked to the one here.
    Linked,
}

impl Accounts {
    /// A provider that is switched on.
    fn provider(&self, name: ProviderName) -> Result<&Provider, AccountError> {
        self.providers.get(&name).ok_or(AccountError::NotFound("provider to sign in with"))
    }

    /// Sends somebody to `provider` to sign in.
    pub(crate) async fn start_elsewhere(
        &self,
        provider: ProviderName,
        return_to: ReturnTo,
        remember: bool,
    ) -> Result<SentAway, AccountError> {
        self.send_away(provider, return_to, remember, None).await
    }

    /// Sends somebody who is signed in to `provider` to link their account there.
    pub(crate) async fn start_linking(
        &self,
        who: &Who,
        provider: ProviderName,
        return_to: ReturnTo,
    ) -> Result<SentAway, AccountError> {
        self.check_fresh(who)?;
        self.send_away(provider, return_to, false, Some((who.user, who.session))).await
    }

    async fn send_away(
        &self,
        provider: ProviderName,
        return_to: ReturnTo,
        remember: bool,
        link: Option<(UserId, SessionId)>,
    ) -> Result<SentAway, AccountError> {
        let provider = self.provider(provider)?;
        let begun = provider.begin(self.now(), &self.chance, return_to).await?;
        let (user, session) = link.unzip();
        let state = State { pending: begun.pending, remember, link: session };
        let mut tx = self.db.writer().await?;
        let token = self.begin_challenge(&mut tx, ChallengeKind::Elsewhere, user, &state).await?;
        tx.commit().await?;
        Ok(SentAway { url: begun.url, token })
    }

    /// Ends the way through `provider` with what the browser brought: `cookie` is the token that
    /// [`Self::start_elsewhere`] gave it. It is ended before the provider is asked, whatever comes.
    pub(crate) async fn finish_elsewhere(
        &self,
        provider: ProviderName,
        cookie: Option<&str>,
        callback: Callback,
        from: &Origin,
    ) -> Result<CameBack, AccountError> {
        let provider = self.provider(provider)?;
        let token = cookie.ok_or(OidcError::Mismatched)?;
        let taken = self.take_challenge::<State>(ChallengeKind::Elsewhere, token).await?;
        let (user, state) = taken.ok_or(OidcError::Mismatched)?;
        let return_to = state.pending.return_to().clone();
        match self.end_way(provider, user, state, callback, from).await {
            Ok(end) => Ok(CameBack { end, return_to }),
            Err(why) => {
                self.note_way_refused(provider.name(), user, &why, from).await?;
                Err(why)
            }
        }
    }

    async fn end_way(
        &self,
        provider: &Provider,
        user: Option<UserId>,
        state: State,
        callback: Callback,
        from: &Origin,
    ) -> Result<WayEnd, AccountError> {
        let there = provider.finish(self.now(), state.pending, callback).await?;
        match (user, state.link) {
            (Some(user), Some(session)) => self.link_identity(&there, user, session, from).await,
            _ => self.sign_in_elsewhere(&there, state.remember, from).await,
        }
    }

    async fn note_way_refused(
        &self,
        provider: ProviderName,
        user: Option<UserId>,
        why: &AccountError,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let (actor, action) = match user {
            Some(user) => (Actor::Person(user), "identity.linked"),
            None => (Actor::Nobody, "session.opened"),
        };
        let entry = Entry::new(WorkspaceId::INSTALLATION, actor, action).refused();
        let detail = json!({ "means": provider.word(), "why": why.to_string() });
        Ok(self.audit_alone(from, entry.with(detail)).await?)
    }

    /// Whom they can sign in with, in the order they are offered.
    pub(crate) fn providers_on(&self) -> impl Iterator<Item = ProviderName> + '_ {
        ProviderName::ALL.into_iter().filter(|name| self.providers.contains_key(name))
    }

    /// Whom a provider vouches for, under each key of the ring: to look for.
    pub(crate) fn subject_indexes(&self, there: &SignedIn) -> Vec<[u8; 32]> {
        self.keys.blind_indexes(subject_context(there.provider), there.subject.as_bytes())
    }

    /// The same with the key in use: to store.
    pub(crate) fn subject_index(&self, there: &SignedIn) -> [u8; 32] {
        self.keys.blind_index(subject_context(there.provider), there.subject.as_bytes())
    }
}

const fn subject_context(provider: ProviderName) -> &'static str {
    match provider {
        ProviderName::Google => "accounts.subject at google",
        ProviderName::Apple => "accounts.subject at apple",
    }
}
