//! Renewing a session. Each refresh token is good once; one that comes again after its successor was
//! used, or later than a moment, was stolen: the whole session ends (RFC 9700 §4.14.2).

use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::secrets::Secret;
use serde_json::json;

use crate::audit::Entry;
use crate::error::AccountError;
use crate::model::{Opened, Origin};
use crate::service::Accounts;
use crate::store;
use crate::store::refresh::Shown;
use crate::token::{Token, TokenKind};

/// How long a client whose answer was lost may ask again and get the same successor. A thief who comes
/// within it gets the same token too, and the first of both to use it twice is found out then.
pub(crate) const GRACE: Duration = Duration::from_secs(10);
const SEAL: &str = "accounts.refresh successor";

impl Accounts {
    /// A new access token and the next refresh token.
    pub(crate) async fn refresh(&self, text: &str, from: &Origin) -> Result<Opened, AccountError> {
        let token =
            Token::parse(TokenKind::Refresh, text).map_err(|_slip| AccountError::BadRefresh)?;
        let now = self.now();
        let mut tx = self.db.writer().await?;
        let found = store::refresh::find(&mut tx, token.hash().as_bytes()).await?;
        let Some(shown) = found else { return Err(AccountError::BadRefresh) };
        if shown.session_ended || shown.expires_at <= now {
            return Err(AccountError::BadRefresh);
        }
        if shown.replaced_at.is_none() {
            let next = Token::draw(TokenKind::Refresh, &self.chance);
            if self.replace(&mut tx, &token, &next, &shown, from, now).await? {
                tx.commit().await?;
                let ends = self.session_end(shown.session_created_at, now, shown.remembered);
                return self.opened(shown.person, shown.session, &next, ends, shown.remembered);
            }
            // Another request replaced it between our read and our write: look again.
            let again = store::refresh::find(&mut tx, token.hash().as_bytes()).await?;
            let again = again.ok_or(AccountError::BadRefresh)?;
            return self.replaced(tx, again, from, now).await;
        }
        self.replaced(tx, shown, from, now).await
    }

    async fn replace(
        &self,
        tx: &mut Tx,
        token: &Token,
        next: &Token,
        shown: &Shown,
        from: &Origin,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let sealed = self.keys.seal(SEAL, next.text().expose().as_bytes());
        let (old, new) = (token.hash(), next.hash());
        if !store::refresh::replace(tx, old.as_bytes(), &sealed, new.as_bytes(), now).await? {
            return Ok(false);
        }
        let ends = self.session_end(shown.session_created_at, now, shown.remembered);
        store::refresh::add(tx, new.as_bytes(), shown.session, now, ends).await?;
        let address = from.address.to_string();
        store::session::seen(tx, shown.session, ends, &address, now).await?;
        Ok(true)
    }

    /// A token that was replaced before: the same successor within a moment, else the end.
    async fn replaced(
        &self,
        mut tx: Tx,
        shown: Shown,
        from: &Origin,
        now: Timestamp,
    ) -> Result<Opened, AccountError> {
        let recent = shown.replaced_at.is_some_and(|at| now.since(at) <= GRACE);
        if let (true, false, Some(sealed)) = (recent, shown.successor_used, &shown.successor_sealed)
        {
            let next = self.open_successor(sealed)?;
            let ends = self.session_end(shown.session_created_at, now, shown.remembered);
            return self.opened(shown.person, shown.session, &next, ends, shown.remembered);
        }
        store::session::end(&mut tx, shown.session, shown.person, "reused", now).await?;
        let entry = Entry::own(shown.person, "session.reused").of(shown.session).refused();
        let detail = json!({ "why": "a refresh token came a second time" });
        self.audit(&mut tx, from, entry.with(detail)).await?;
        tx.commit().await?;
        Err(AccountError::BadRefresh)
    }

    fn open_successor(&self, sealed: &str) -> Result<Token, AccountError> {
        let opened = self.keys.open(SEAL, sealed).ok();
        let text = opened.and_then(|bytes| String::from_utf8(bytes).ok()).map(Secret::from);
        let token = text.and_then(|text| Token::parse(TokenKind::Refresh, text.expose()).ok());
        token.ok_or(AccountError::BadRefresh)
    }
}
