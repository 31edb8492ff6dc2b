//! Opening a session: what every way of signing in ends with.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;
use captely_platform::mail::{self, Mailbox, NewMail, Template};
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
        let known = store::session::known_device(tx, person.id, &from.agent, &address).await?;
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
        if let (1.., 0) = known {
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
        let time = self.settings.access_time;
        let (access, read) = self.access_keys.issue(user, session, self.now(), time)?;
        Ok(Opened {
            session,
            user,
            access,
            access_expires_at: read.expires_at,
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
            when: now.to_string(),
            address: from.address.to_string(),
            browser: from.agent.clone(),
        };
        self.mail(tx, person, template).await
    }

    /// Queues a mail to somebody with an account.
    pub(crate) async fn mail(
        &self,
        tx: &mut Tx,
        person: &Person,
        template: Template,
    ) -> Result<(), DbError> {
        let email = self.open_email(&person.email_sealed)?;
        self.mail_to(tx, WorkspaceId::INSTALLATION, email.as_str(), Some(&person.name), template)
            .await
    }

    /// Queues a mail to an address.
    pub(crate) async fn mail_to(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        address: &str,
        name: Option<&str>,
        template: Template,
    ) -> Result<(), DbError> {
        let to = Mailbox::new(address, name).map_err(|why| DbError::Other(why.to_string()))?;
        let mail = NewMail { workspace, to, template };
        mail::queue(tx, &self.ids, &self.keys, self.now(), &mail).await.map(drop)
    }
}
