//! How a desk counts its calls against what the workspace may make of them in a month, over all runs and processes:
//! where they are admitted, and again where one turns out never to have been made.

use std::sync::Arc;

use captely_contact::{Timestamp, Usd};
use captely_credits::{CallsBack, Ledger, Refusal};
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{AttemptId, WorkspaceId};

use super::ask::{NewAsk, Reply};
use super::desk::{Clerk, answer};
use crate::store::attempts::Attempt;

/// What the month's limit allows.
pub(super) struct Allowed {
    /// For whom there is a call.
    pub(super) asks: Vec<NewAsk>,
    /// For whom there is none.
    pub(super) over: Vec<NewAsk>,
    refused: Option<Refusal>,
}

impl Allowed {
    /// The money that was held for those without a call.
    pub(super) fn free(&self) -> Usd {
        self.over.iter().map(|ask| ask.worst).sum()
    }
}

impl Clerk {
    /// Counts calls for as many of `asks` as may be asked this month.
    pub(super) async fn allow(
        &self,
        tx: &mut Tx,
        mut asks: Vec<NewAsk>,
        now: Timestamp,
    ) -> Result<Allowed, (DbError, Vec<NewAsk>)> {
        let (shared, provider) = (&self.shared, self.shared.seat.client.sheet().name);
        let wanted = u32::try_from(asks.len()).unwrap_or(u32::MAX);
        let taken = shared.ledger.take_calls(tx, shared.workspace, provider, wanted, now).await;
        match taken {
            Ok(taken) => {
                let over = asks
                    .split_off(asks.len().min(usize::try_from(taken.calls).unwrap_or(usize::MAX)));
                Ok(Allowed { asks, over, refused: taken.refused })
            }
            Err(error) => Err((error.into(), asks)),
        }
    }

    /// Gives back the calls of attempts that were not written: another process asks.
    pub(super) async fn not_made(
        &self,
        tx: &mut Tx,
        attempts: &[Attempt],
        written: &[AttemptId],
    ) -> Result<(), DbError> {
        if written.len() == attempts.len() {
            return Ok(());
        }
        let not = attempts.iter().filter(|attempt| !written.contains(&attempt.id));
        give_back(&self.shared.ledger, tx, self.shared.workspace, not).await
    }

    /// Tells the rows that wait that there is no call for them, where that was the last word before and still is. It is asked
    /// each time, since calls come back and limits are raised; but by reading alone, and without a window's slot.
    pub(super) async fn still_none(&mut self, now: Timestamp) -> Result<bool, DbError> {
        if !self.told_limit {
            return Ok(false);
        }
        let shared = Arc::clone(&self.shared);
        let provider = shared.seat.client.sheet().name;
        let wanted = u32::try_from(self.queue.len()).unwrap_or(u32::MAX);
        let mut tx = shared.db.reader().await?;
        let left = shared.ledger.no_calls_left(&mut tx, shared.workspace, provider, wanted, now);
        let Some(refused) = left.await? else { return Ok(false) };
        let (asks, over) = (Vec::new(), Vec::new());
        self.over_limit(Allowed { asks, over, refused: Some(refused) }, true);
        Ok(true)
    }

    /// Tells the rows without a call, and those that wait behind them, so that they go on with other providers.
    /// Not where calls have come back meanwhile: then they are counted again.
    pub(super) fn over_limit(&mut self, allowed: Allowed, all_written: bool) {
        let Some(refused) = allowed.refused else { return };
        if !all_written {
            self.put_back(allowed.over);
            return;
        }
        let which: Arc<str> = format!("limit {}: {refused}", refused.limit.as_str()).into();
        let title = self.shared.seat.client.sheet().title;
        if !std::mem::replace(&mut self.told_limit, true) {
            self.shared.stopper.note(format!("{title} is asked no more, {which}"));
        }
        for ask in allowed.over.into_iter().chain(self.queue.drain(..)) {
            answer(ask, Reply::OverLimit(Arc::clone(&which)));
        }
    }
}

/// Gives back the calls of those of the attempts that have ended now that never reached their provider. To be done
/// last: whoever admits calls takes the run before the month's counter too.
pub(super) async fn never_asked<'a>(
    ledger: &Ledger,
    tx: &mut Tx,
    workspace: WorkspaceId,
    ended: impl Iterator<Item = &'a Attempt>,
) -> Result<(), DbError> {
    give_back(ledger, tx, workspace, ended.filter(|attempt| !attempt.was_asked)).await
}

async fn give_back<'a>(
    ledger: &Ledger,
    tx: &mut Tx,
    workspace: WorkspaceId,
    attempts: impl Iterator<Item = &'a Attempt>,
) -> Result<(), DbError> {
    let back = attempts.map(|attempt| CallsBack {
        provider: attempt.provider.clone(),
        taken_at: attempt.asked_at,
        calls: 1,
    });
    Ok(ledger.give_calls_back(tx, workspace, back).await?)
}
