//! Credits come in.

use captely_contact::{Credits, Timestamp};
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use serde_json::json;
use uuid::Uuid;

use crate::account::Kind;
use crate::grants::{GrantRow, State};
use crate::key;
use crate::session::Session;
use crate::store;
use crate::{AMOUNT_MAX, CreditError, GrantId, GrantSource, Key, Ledger, NewGrant};

/// Characters of a note or reason that are kept.
pub(crate) const REASON_CHARS_MAX: usize = 500;

impl Ledger {
    /// Gives credits, at once or from a moment on. The same key again gives nothing more.
    pub async fn grant(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        key: &Key,
        new: &NewGrant,
    ) -> Result<GrantId, CreditError> {
        check_amount(new.amount)?;
        let mut session = Session::open(self, tx, workspace).await?;
        let id = Uuid::from_bytes(key.hash());
        let request = key::request(&format!("grant|{new:?}"));
        if let Some(row) = store::grant::get(session.tx, workspace, id).await? {
            return if row.request == request {
                Ok(id.into())
            } else {
                Err(CreditError::KeyReused)
            };
        }
        is_free(&mut session, key).await?;
        let now = session.now;
        let row = row_of(id, new, request, now)?;
        let amount = new.amount.as_millis();
        if row.state == State::Scheduled {
            session.grants().await?.put(GrantRow { amount, ..row }, true);
        } else {
            session.fill(row, amount, Kind::Grant, key.hash(), new.note.clone()).await?;
        }
        let shown = GrantId::from(id).to_string();
        let data = json!({
            "grant": shown, "source": new.source.as_str(), "amount": new.amount.to_string(),
        });
        session.publish("credit.granted", data);
        session.finish().await?;
        Ok(id.into())
    }

    /// Ends every grant of a source that is open now, whatever its time: what is left of them expires, and what
    /// was to begin does not. How much expired.
    pub async fn end_grants(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        key: &Key,
        source: GrantSource,
    ) -> Result<Credits, CreditError> {
        let mut session = Session::open(self, tx, workspace).await?;
        let request = key::request(&format!("end|{}", source.as_str()));
        if let Some(ended) = said_before(&mut session, key, request).await? {
            return Ok(ended);
        }
        let before = session.account.sums.expired;
        let mut line = 0;
        for id in session.open_of(source).await? {
            let now = session.now.as_micros();
            let row = session.grant(id).await?;
            (row.expires_at, row.rollover) = (Some(now), None);
            if row.state == State::Scheduled {
                row.state = State::Ended;
                continue;
            }
            session.end_grant(id, key.hash(), &mut line).await?;
        }
        session.note(key, source, request).await?;
        let expired = Credits::millis(session.account.sums.expired - before);
        session.finish().await?;
        Ok(expired)
    }
}

/// What was moved under this key by the same request; none where the key is new.
pub(crate) async fn said_before(
    session: &mut Session<'_>,
    key: &Key,
    request: key::KeyHash,
) -> Result<Option<Credits>, CreditError> {
    let hash = key.hash();
    let noted = store::grant::get(session.tx, session.workspace, Uuid::from_bytes(hash)).await?;
    let Some(noted) = noted else {
        return is_free(session, key).await.map(|()| None);
    };
    if noted.request != request {
        return Err(CreditError::KeyReused);
    }
    let known = store::entry::of_keys(session.tx, session.workspace, std::iter::once(hash)).await?;
    let lines = known.get(&hash).map(Vec::as_slice).unwrap_or_default();
    let moved = lines.iter().filter(|line| matches!(line.kind, Kind::Expire | Kind::Take));
    Ok(Some(Credits::millis(moved.map(|line| line.amount).sum())))
}

impl Session<'_> {
    /// Grants of a source that can be drawn from, will be, or to which something may come back.
    async fn open_of(&mut self, source: GrantSource) -> Result<Vec<Uuid>, CreditError> {
        let empty = store::grant::empty(self.tx, self.workspace, source, self.now).await?;
        let grants = self.grants().await?;
        for row in empty {
            if grants.get(row.id).is_none() {
                grants.put(row, false);
            }
        }
        Ok(grants.open_of(source))
    }

    /// Remembers a key under which perhaps nothing was moved, as a grant of nothing that has ended.
    pub(crate) async fn note(
        &mut self,
        key: &Key,
        source: GrantSource,
        request: key::KeyHash,
    ) -> Result<(), CreditError> {
        let now = self.now.as_micros();
        let row = GrantRow {
            id: Uuid::from_bytes(key.hash()),
            source,
            amount: 0,
            left: 0,
            priority: i64::from(source.priority()),
            effective_at: now,
            expires_at: Some(now),
            rollover: None,
            rolled_to: None,
            state: State::Ended,
            note: String::new(),
            request,
            created_at: now,
        };
        self.grants().await?.put(row, true);
        Ok(())
    }
}

/// Refuses a key under which something else was done.
pub(crate) async fn is_free(session: &mut Session<'_>, key: &Key) -> Result<(), CreditError> {
    let hash = key.hash();
    let known = store::entry::of_keys(session.tx, session.workspace, std::iter::once(hash)).await?;
    if known.is_empty() { Ok(()) } else { Err(CreditError::KeyReused) }
}

pub(crate) fn check_amount(amount: Credits) -> Result<(), CreditError> {
    if amount <= Credits::ZERO || amount > AMOUNT_MAX {
        return Err(CreditError::Amount(amount));
    }
    Ok(())
}

/// A reason as it is kept.
pub(crate) fn cut(reason: &str) -> String {
    reason.chars().filter(|c| *c != '\0').take(REASON_CHARS_MAX).collect()
}

fn row_of(
    id: Uuid,
    new: &NewGrant,
    request: key::KeyHash,
    now: Timestamp,
) -> Result<GrantRow, CreditError> {
    let effective_at = new.effective_at.unwrap_or(now).max(now);
    if new.expires_at.is_some_and(|at| at <= effective_at) {
        return Err(CreditError::Time("a grant would end before it begins"));
    }
    if let (Some(rollover), Some(ends)) = (new.rollover, new.expires_at)
        && rollover.expires_at <= ends
    {
        return Err(CreditError::Time("what rolls over would end before it begins"));
    }
    let rollover = new.rollover.map(|r| (r.max.as_millis(), r.expires_at.as_micros()));
    Ok(GrantRow {
        id,
        source: new.source,
        amount: 0,
        left: 0,
        priority: i64::from(new.priority.unwrap_or_else(|| new.source.priority())),
        effective_at: effective_at.as_micros(),
        expires_at: new.expires_at.map(Timestamp::as_micros),
        rollover,
        rolled_to: None,
        state: if effective_at > now { State::Scheduled } else { State::Active },
        note: cut(&new.note),
        request,
        created_at: now.as_micros(),
    })
}
