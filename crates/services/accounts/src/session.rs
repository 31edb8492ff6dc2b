//! Opening a session: what every way of signing in ends with.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::mail::{self, Template};
use serde_json::json;

use crate::audit::Entry;
use crate::error::AccountError;
use crate::ids::{SessionId, UserId};
use crate::model::{Opened, Origin, Person};
use crate::service::Accounts;
use crate::store;
use crate::store::session::NewSession;
use crate::token::{Token, TokenKind};

/// How a session is opened.
#[derive(Debug, Clone)]
pub(crate) struct SignedBy {
    /// For the log: `password`, `second factor`, `passkey`, `google`.
    pub(crate) means: &'static str,
    /// Whether it outlives the browser.
    pub(crate) remember: bool,
}

impl Accounts {
    /// Opens a session for `person` in the caller's transaction; tells them by mail where the device is
    /// a new one.
    pub(crate) async fn open_session(
        &self,
        tx: &mut Tx,
        person: &Person,
        from: &Origin,
        by: SignedBy,
    ) -> Result<Opened, AccountError> {
        let now = self.now();
        let id = SessionId::from(self.ids.uuid());
        let expires_at = self.session_end(now, now, by.remember);
        let address = from.address.to_string();
        let is_new = store::session::is_new_device(tx, person.id, &from.agent, &address).await?;
        let new = NewSession {
            id,
            person: person.id,
            seat: store::member::first_of(tx, person.id).await?,
            expires_at,
            remembered: by.remember,
            address: &address,
            agent: &from.agent,
        };
        store::session::add(tx, new, now).await?;
        let refresh = Token::draw(TokenKind::Refresh, &self.chance);
        store::refresh::add(tx, refresh.hash().as_bytes(), id, now, expires_at).await?;
        if is_new {
            self.tell_of_new_device(tx, person, from, now).await?;
        }
        let detail = json!({ "means": by.means, "remembered": by.remember });
        let entry = Entry::own(person.id, "session.opened").of(id).with(detail);
        self.audit(tx, from, entry).await?;
        self.opened(person.id, id, &refresh, expires_at, by.remember)
    }

    /// What the holder of a session gets.
    pub(crate) fn opened(
        &self,
        user: UserId,
        session: SessionId,
        refresh: &Token,
        refresh_expires_at: Timestamp,
        remembered: bool,
    ) -> Result<Opened, AccountError> {
        let (time, at) = (self.settings.access_time, self.now());
        let (access, read) = self.access_keys.issue(user, session, at, time)?;
        Ok(Opened {
            session,
            user,
            access,
            access_expires_at: read.expires_at,
            at,
            refresh: refresh.text().clone(),
            refresh_expires_at,
            remembered,
        })
    }

    /// When a session ends that is used `now`: after a while without use, and at the latest some time
    /// after it was opened.
    pub(crate) fn session_end(
        &self,
        opened_at: Timestamp,
        now: Timestamp,
        remembered: bool,
    ) -> Timestamp {
        let settings = &self.settings;
        let idle = if remembered { settings.remembered_time } else { settings.session_time };
        now.plus(idle).min(opened_at.plus(settings.session_time_max))
    }

    async fn tell_of_new_device(
        &self,
        tx: &mut Tx,
        person: &Person,
        from: &Origin,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let template = Template::NewDevice {
            when: mail::moment(now),
            address: from.address.to_string(),
            browser: from.agent.clone(),
        };
        self.mail(tx, person, template).await
    }
}
