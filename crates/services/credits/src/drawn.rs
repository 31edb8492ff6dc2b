//! What was drawn of a grant.

use captely_contact::{Credits, Timestamp};
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::grants::State;
use crate::session::Session;
use crate::{CreditError, GrantId, GrantSource, Ledger, store};

/// What became of a grant so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    /// Spent, held or taken away, and not come back: neither what is left nor what expired or went on.
    pub amount: Credits,
    /// What is left.
    pub left: Credits,
    /// What expired, or went on in another grant.
    pub over: Credits,
    /// Until when it lasts; none for ever.
    pub ends_at: Option<Timestamp>,
    /// The grant in which what was left of it goes on.
    pub rolled_to: Option<GrantId>,
}

impl Ledger {
    /// What was drawn of a grant, whether it lasts or has ended.
    pub async fn drawn(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        grant: GrantId,
    ) -> Result<Drawn, CreditError> {
        let mut session = Session::open(self, tx, workspace).await?;
        let id = grant.as_uuid();
        if store::grant::get(session.tx, workspace, id).await?.is_none() {
            return Err(CreditError::NotFound("grant"));
        }
        let row = session.grant(id).await?.clone();
        session.finish().await?;
        // Into one that others roll over into they come; out of it nothing rolls.
        let rolls = row.source != GrantSource::Rollover;
        let over = store::entry::over_of(tx, workspace, id, rolls).await?;
        let came = if row.state == State::Scheduled { 0 } else { row.amount };
        Ok(Drawn {
            amount: Credits::millis((came - row.left - over).max(0)),
            left: Credits::millis(row.left),
            over: Credits::millis(over),
            ends_at: row.expires_at.map(Timestamp::micros),
            rolled_to: row.rolled_to.map(GrantId::from),
        })
    }
}
