//! Credits are taken back whose payment was returned.

use captely_contact::Credits;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::account::Kind;
use crate::entry::Entry;
use crate::grant::{cut, said_before};
use crate::grants::State;
use crate::key;
use crate::session::Session;
use crate::{CreditError, GrantId, Key, Ledger, store};

impl Ledger {
    /// Takes back what is left of one grant, as when its payment was returned, and ends it. How much that was;
    /// what was spent of it is not here any more, and what is held of it comes back as a refund does.
    pub async fn revoke(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        key: &Key,
        grant: GrantId,
        reason: &str,
    ) -> Result<Credits, CreditError> {
        let mut session = Session::open(self, tx, workspace).await?;
        let id = grant.as_uuid();
        if store::grant::get(session.tx, workspace, id).await?.is_none() {
            return Err(CreditError::NotFound("grant"));
        }
        let request = key::request(&format!("revoke|{grant}"));
        if let Some(taken) = said_before(&mut session, key, request).await? {
            return Ok(taken);
        }
        let row = session.grant(id).await?;
        let source = row.source;
        let left = if row.state == State::Active { std::mem::take(&mut row.left) } else { 0 };
        row.state = State::Revoked;
        if left > 0 {
            let entry = Entry::new(Kind::Take, left, key.hash()).of_grant(id);
            session.post(entry.because(cut(reason)))?;
        }
        session.note(key, source, request).await?;
        session.finish().await?;
        Ok(Credits::millis(left))
    }
}
