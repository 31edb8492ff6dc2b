use std::time::Duration;

use captely_contact::{Field, Usd};
use captely_platform::db::DbError;
use captely_providers::ProviderError;
use captely_waterfall::{Backoff, Refusal, backoff};
use tokio::sync::oneshot;

use super::ask::{NewAsk, Reply};
use super::history::History;
use super::walk::{Interrupted, Walk};
use crate::store;

/// A question whose answer was lost is asked again once.
const IN_DOUBT_MAX: usize = 2;
/// While another process asks about the same person, its answer is waited for in steps of this.
const ELSEWHERE_STEP: Duration = Duration::from_secs(1);
/// And at most so many steps.
pub(super) const ELSEWHERE_STEPS_MAX: u32 = 120;

impl Walk<'_> {
    /// Asks one provider until it answers or there is no more point.
    pub(super) async fn ask(
        &mut self,
        seat: usize,
        wants: Vec<Field>,
        worst: Usd,
    ) -> Result<(), Interrupted> {
        let floor = self.floor;
        let (Some(desk), Some(place)) = (floor.desks.get(seat), floor.seats.get(seat)) else {
            return Ok(());
        };
        let provider = place.provider.as_str();
        let (mut failed, mut elsewhere, mut alone) = (0, 0, false);
        let mut in_doubt = self.history.in_doubt(provider, floor.run);
        loop {
            if in_doubt >= IN_DOUBT_MAX {
                let what = "not asked again: two answers were lost";
                self.row.story.say(provider, what, Usd::ZERO);
                return Ok(());
            }
            let reply = if self.history.is_asking(provider) {
                Reply::Elsewhere
            } else {
                let (reply, answer) = oneshot::channel();
                let question = NewAsk {
                    contact: self.contact,
                    person: self.row.person.clone(),
                    wants: wants.clone(),
                    worst,
                    nth: self.nth(seat, provider),
                    alone,
                    reply,
                };
                desk.ask(question, answer).await
            };
            if let (true, Some(asked)) = (reply.was_tried(), self.asked.get_mut(seat)) {
                *asked += 1;
            }
            match reply {
                Reply::Answered { answer, cost } => {
                    self.row.spent = self.row.spent.plus(cost);
                    return self.take_answer(provider, &answer, cost).await;
                }
                Reply::Failed { error, cost } => {
                    self.row.spent = self.row.spent.plus(cost);
                    self.row.story.say(provider, error.to_string(), cost);
                    in_doubt += usize::from(error.in_doubt());
                    failed += 1;
                    if !self.pause(&error, failed).await {
                        return Ok(());
                    }
                    if !floor.settings.policy.budget.row_allows(self.row.spent, worst) {
                        self.row.refuse(provider, Refusal::Row, worst);
                        return Ok(());
                    }
                }
                Reply::Smaller => {}
                Reply::Alone => alone = true,
                Reply::Unfit(error) => {
                    self.row.story.say(provider, error.to_string(), Usd::ZERO);
                    return Ok(());
                }
                Reply::OverBudget => {
                    self.row.refuse(provider, Refusal::Run, worst);
                    return Ok(());
                }
                Reply::OverLimit(which) => {
                    self.row.refuse_calls(provider, &which);
                    self.limited = true;
                    return Ok(());
                }
                Reply::Dropped(why) => {
                    self.row.story.say(provider, format!("not asked: {why}"), Usd::ZERO);
                    return Ok(());
                }
                Reply::Elsewhere => {
                    if !Box::pin(self.wait_for(provider, &mut elsewhere)).await? {
                        let what = "not asked: another process is asking and does not end";
                        self.row.story.say(provider, what, Usd::ZERO);
                        return Ok(());
                    }
                    if Box::pin(self.take_known(provider, &wants, floor.clock.now())).await? {
                        return Ok(());
                    }
                }
                Reply::Stopping => return Err(Interrupted),
            }
        }
    }

    /// Waits before a repeat; false where there is to be none.
    async fn pause(&self, error: &ProviderError, failed: u32) -> bool {
        let retries_max = self.floor.settings.policy.retries_max;
        match backoff(error, failed, retries_max, self.floor.chance.unit()) {
            Backoff::GiveUp => false,
            Backoff::Again(after) => {
                self.floor.stopper.unless_stopped(tokio::time::sleep(after)).await;
                true
            }
        }
    }

    /// How many attempts of the provider about the contact came before.
    fn nth(&self, seat: usize, provider: &str) -> i64 {
        let since = self.asked.get(seat).copied().unwrap_or_default();
        self.history.count(provider).saturating_add(since)
    }

    /// Waits while another process asks the provider, `steps` counting; false if it does not end.
    async fn wait_for(&mut self, provider: &str, steps: &mut u32) -> Result<bool, Interrupted> {
        while *steps < ELSEWHERE_STEPS_MAX {
            *steps += 1;
            self.reload().await?;
            if !self.history.is_asking(provider) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// After a while, reads again what is known of the contact: another process asks about it. If that
    /// has ended the row, there is no more to do.
    pub(super) async fn reload(&mut self) -> Result<(), Interrupted> {
        let floor = self.floor;
        let rest = tokio::time::sleep(ELSEWHERE_STEP);
        floor.stopper.unless_stopped(rest).await.ok_or(Interrupted)?;
        let (workspace, run, contact) = (floor.workspace, floor.run, self.contact);
        let read = async {
            let mut tx = floor.db.reader().await?;
            let pending =
                store::rows::pending_between(&mut tx, workspace, run, contact, contact, 1).await?;
            let attempts = store::attempts::of_contacts(&mut tx, workspace, &[contact]).await?;
            Ok::<_, DbError>((pending.is_empty(), attempts))
        };
        if let Ok((is_done, attempts)) = read.await {
            if is_done {
                return Err(Interrupted);
            }
            self.history = History::new(attempts);
            self.asked.fill(0);
            self.row.spent = self.history.spent(floor.run);
        }
        Ok(())
    }
}
