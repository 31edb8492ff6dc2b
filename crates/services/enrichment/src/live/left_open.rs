//! Questions that an earlier process left open, on a row's way.

use captely_platform::db::DbError;
use captely_platform::jobs;

use super::ask::Reply;
use super::asking::ELSEWHERE_STEPS_MAX;
use super::journal::Entry;
use super::walk::{Interrupted, Walk};
use crate::store::attempts::{Attempt, AttemptState};
use crate::store::runs::Delta;

impl Walk<'_> {
    /// Finds out what became of the questions about this contact that an earlier process left open,
    /// before anything new is asked: whatever the row still needs, they are to be accounted for.
    pub(super) async fn end_open(&mut self) -> Result<(), Interrupted> {
        let mut elsewhere = 0;
        loop {
            let open = self.history.take_open();
            if open.is_empty() {
                return Ok(());
            }
            if elsewhere < ELSEWHERE_STEPS_MAX && self.is_worked_on(&open).await {
                elsewhere += 1;
                self.reload().await?;
                continue;
            }
            for attempt in open {
                let ended = self.end_one(attempt).await?;
                if ended.run == self.floor.run {
                    self.row.spent = self.row.spent.plus(ended.cost);
                }
                self.history.add(ended);
            }
        }
    }

    /// Whether another process is still at it: open attempts of another run are its own to end as
    /// long as it has jobs under way. (This run's jobs for the contact are ours.)
    async fn is_worked_on(&self, open: &[Attempt]) -> bool {
        let floor = self.floor;
        let processing = async {
            let mut tx = floor.db.reader().await?;
            let mut processing = 0;
            for attempt in open.iter().filter(|attempt| attempt.run != floor.run) {
                let run = attempt.run.as_uuid();
                processing += jobs::counts(&mut tx, floor.workspace, run).await?.processing;
            }
            Ok::<_, DbError>(processing > 0)
        };
        processing.await.unwrap_or(true)
    }

    /// Ends one attempt by its provider's own means, or as in doubt where there are none.
    async fn end_one(&mut self, mut attempt: Attempt) -> Result<Attempt, Interrupted> {
        let floor = self.floor;
        let seat = floor.seats.iter().position(|seat| seat.provider == attempt.provider);
        let Some(desk) = seat.and_then(|seat| floor.desks.get(seat)) else {
            let what = "takes no part any more, and an answer of it was lost";
            self.row.story.say(&attempt.provider, what, attempt.held);
            let delta = Delta {
                held: -attempt.held.as_micros(),
                spent: attempt.held.as_micros(),
                in_doubt: 1,
                ..Delta::default()
            };
            attempt.state = AttemptState::InDoubt;
            attempt.cost = std::mem::take(&mut attempt.held);
            attempt.error = Some(what.to_owned());
            attempt.answered_at = Some(floor.clock.now());
            let entry = Entry::Attempt(Box::new(attempt.clone()), delta);
            let written = floor.journal.write(vec![entry]).await.unwrap_or_default();
            return if written.has(attempt.id) { Ok(attempt) } else { Err(Interrupted) };
        };
        match desk.resume(attempt.clone(), self.row.person.clone()).await {
            Reply::Answered { answer, cost } => {
                attempt.state = AttemptState::Answered;
                attempt.answer = Some(answer);
                attempt.cost = cost;
            }
            Reply::Failed { error, cost } => {
                self.row.story.say(&attempt.provider, error.to_string(), cost);
                let in_doubt = error.in_doubt();
                attempt.state = if in_doubt { AttemptState::InDoubt } else { AttemptState::Failed };
                attempt.cost = cost;
            }
            Reply::OverBudget
            | Reply::OverLimit(_)
            | Reply::Dropped(_)
            | Reply::Elsewhere
            | Reply::Unfit(_)
            | Reply::Smaller
            | Reply::Alone
            | Reply::Stopping => return Err(Interrupted),
        }
        attempt.answered_at = Some(floor.clock.now());
        Ok(attempt)
    }
}
