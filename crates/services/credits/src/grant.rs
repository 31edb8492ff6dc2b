//! Credits come in.

use captely_contact::{Credits, Timestamp};
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use serde_json::json;
use uuid::Uuid;

use crate::account::Kind;
use crate::entry::Entry;
use crate::grants::{GrantRow, State};
use crate::key;
use crate::session::Session;
use crate::store;
use crate::turn::next;
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
        let known =
            store::entry::of_keys(session.tx, workspace, std::iter::once(key.hash())).await?;
        if let Some(lines) = known.get(&key.hash()) {
            if lines.iter().any(|line| line.kind != Kind::Expire) {
                return Err(CreditError::KeyReused);
            }
            return Ok(Credits::millis(lines.iter().map(|line| line.amount).sum()));
        }
        let before = session.account.sums.expired;
        let mut line = 0;
        for id in session.grants().await?.open_of(source) {
            let now = session.now.as_micros();
            let row = session.grant(id).await?;
            (row.expires_at, row.rollover) = (Some(now), None);
            if row.state == State::Scheduled {
                row.state = State::Ended;
                continue;
            }
            session.end_grant(id, key.hash(), &mut line).await?;
        }
        let expired = Credits::millis(session.account.sums.expired - before);
        session.finish().await?;
        Ok(expired)
    }

    /// Takes back what is left of one grant, as when its payment was returned, and ends it. How much that was;
    /// what was spent of it is not here any more.
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
        let known =
            store::entry::of_keys(session.tx, workspace, std::iter::once(key.hash())).await?;
        if let Some(lines) = known.get(&key.hash()) {
            let same =
                |line: &store::entry::Line| line.kind == Kind::Take && line.grant == Some(id);
            if !lines.iter().all(same) {
                return Err(CreditError::KeyReused);
            }
            return Ok(Credits::millis(lines.iter().map(|line| line.amount).sum()));
        }
        let now = session.now.as_micros();
        let row = session.grant(id).await?;
        let left = if row.state == State::Active { std::mem::take(&mut row.left) } else { 0 };
        (row.state, row.expires_at, row.rollover) = (State::Ended, Some(now), None);
        if left > 0 {
            let entry = Entry::new(Kind::Take, left, key.hash()).of_grant(id);
            session.post(entry.at_line(next(&mut 0)).because(cut(reason)))?;
        }
        session.finish().await?;
        Ok(Credits::millis(left))
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
