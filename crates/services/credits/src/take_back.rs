//! Credits are taken back whose payment was returned.

use captely_contact::Credits;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::account::Kind;
use crate::entry::Entry;
use crate::grant::{check_amount, cut, said_before};
use crate::grants::{GrantRow, State};
use crate::key::{self, KeyHash};
use crate::session::Session;
use crate::{CreditError, GrantId, Key, Ledger, store};

impl Ledger {
    /// Takes back up to `most` of what is left of one grant, as when a part of its payment was returned; it goes on. How
    /// much that was.
    pub async fn take_back(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        key: &Key,
        (grant, most): (GrantId, Credits),
        reason: &str,
    ) -> Result<Credits, CreditError> {
        check_amount(most)?;
        let request = key::request(&format!("take_back|{grant}|{most}"));
        self.take(tx, workspace, key, (grant, request), reason, |row| {
            let part = row.left.min(most.as_millis());
            row.left -= part;
            part
        })
        .await
    }

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
        let request = key::request(&format!("revoke|{grant}"));
        self.take(tx, workspace, key, (grant, request), reason, |row| {
            row.state = State::Revoked;
            std::mem::take(&mut row.left)
        })
        .await
    }

    /// Takes out of a grant what `part` takes out of its row, once for a key.
    async fn take(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        key: &Key,
        (grant, request): (GrantId, KeyHash),
        reason: &str,
        part: impl FnOnce(&mut GrantRow) -> i64,
    ) -> Result<Credits, CreditError> {
        let mut session = Session::open(self, tx, workspace).await?;
        let id = grant.as_uuid();
        if store::grant::get(session.tx, workspace, id).await?.is_none() {
            return Err(CreditError::NotFound("grant"));
        }
        if let Some(taken) = said_before(&mut session, key, request).await? {
            return Ok(taken);
        }
        let row = session.grant(id).await?;
        let (source, taken) = (row.source, part(row));
        if taken > 0 {
            let entry = Entry::new(Kind::Take, taken, key.hash()).of_grant(id);
            session.post(entry.because(cut(reason)))?;
        }
        session.note(key, source, request).await?;
        session.finish().await?;
        Ok(Credits::millis(taken))
    }
}
