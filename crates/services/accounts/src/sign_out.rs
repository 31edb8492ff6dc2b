//! Ending sessions, one's own.

use captely_platform::db::DbError;
use captely_platform::ids::WorkspaceId;
use serde_json::json;

use crate::audit::Entry;
use crate::error::AccountError;
use crate::ids::{SessionId, UserId};
use crate::model::{Origin, Session};
use crate::service::Accounts;
use crate::store;

impl Accounts {
    /// Ends a session of somebody's own.
    pub(crate) async fn end_session(
        &self,
        user: UserId,
        session: SessionId,
        why: &'static str,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        if !store::session::end(&mut tx, session, user, why, self.now()).await? {
            return Err(AccountError::NotFound("session"));
        }
        let entry = Entry::own(user, "session.ended").of(session).with(json!({ "why": why }));
        self.audit(&mut tx, from, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends all sessions of somebody but this one. Returns how many.
    pub(crate) async fn end_other_sessions(
        &self,
        user: UserId,
        kept: SessionId,
        from: &Origin,
    ) -> Result<u64, AccountError> {
        let mut tx = self.db.writer().await?;
        let n = store::session::end_others(&mut tx, user, kept, "revoked", self.now()).await?;
        let entry = Entry::own(user, "session.others_ended").with(json!({ "sessions": n }));
        self.audit(&mut tx, from, entry).await?;
        tx.commit().await?;
        Ok(n)
    }

    /// The open sessions of somebody.
    pub(crate) async fn sessions(&self, user: UserId) -> Result<Vec<Session>, DbError> {
        store::session::open(&self.db, user, self.now()).await
    }

    /// Lets a session work in another workspace of its owner.
    pub(crate) async fn take_seat(
        &self,
        user: UserId,
        session: SessionId,
        workspace: WorkspaceId,
    ) -> Result<(), AccountError> {
        let own = store::workspace::of_person(&self.db, user).await?;
        if !own.iter().any(|one| one.id == workspace) {
            return Err(AccountError::NotFound("workspace"));
        }
        let mut tx = self.db.writer().await?;
        store::session::take_seat(&mut tx, session, user, workspace).await?;
        tx.commit().await?;
        Ok(())
    }
}
