//! How a desk lets questions through: limits, money and a written attempt for each, all or nothing.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::{Timestamp, Usd};
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::AttemptId;
use captely_providers::Question;

use super::ask::{NewAsk, Reply, wants_text};
use super::desk::{Case, Clerk, HELD_ELSEWHERE, Next, answer};
use super::slots::Taken;
use crate::store::attempts::{Attempt, AttemptState, insert_new, mark};
use crate::store::runs::{self, Delta};

impl Clerk {
    /// One transaction: slots, money and attempts of some calls; then the calls go out.
    pub(super) async fn admit(&mut self, wanted: usize, per_call: usize) -> Result<Next, DbError> {
        let shared = Arc::clone(&self.shared);
        if self.still_none(shared.clock.now()).await? {
            return Ok(Next::Go);
        }
        let mut tx = shared.db.writer().await?;
        // only now: it may have taken a while to get here
        let now = shared.clock.now();
        let (mut taken, again) = if shared.ask_limits.windows.is_empty() {
            (vec![Taken::default(); wanted], None)
        } else {
            shared.ask_limits.take(&mut tx, wanted, now).await?
        };
        if taken.is_empty() {
            let until = again.map_or(Duration::from_secs(1), |at| at.since(now));
            return Ok(Next::Wait(until.max(Duration::from_millis(1))));
        }
        let most = taken.len().saturating_mul(per_call).min(self.queue.len());
        let asks = self.next_asks(most, per_call);
        let (asks, short) = match self.hold(&mut tx, asks).await {
            Ok(held) => held,
            Err((error, asks)) => {
                self.put_back(asks);
                return Err(error);
            }
        };
        let mut allowed = match self.allow(&mut tx, asks, now).await {
            Ok(allowed) => allowed,
            Err((error, asks)) => {
                self.put_back(short);
                self.put_back(asks);
                return Err(error);
            }
        };
        let asks = std::mem::take(&mut allowed.asks);
        if asks.is_empty() && !allowed.over.is_empty() {
            // Nothing to write: slots and money are undone with the transaction.
            drop(tx);
            let next = self.over_budget(short);
            self.over_limit(allowed, true);
            return Ok(next);
        }
        let mut attempts: Vec<Attempt> = asks.iter().map(|ask| self.attempt(ask, now)).collect();
        Self::mark(attempts.iter_mut().collect(), per_call);
        let written =
            self.write_down(tx, &mut attempts, &mut taken, per_call, allowed.free()).await;
        let written = match written {
            Ok(written) => written,
            Err(error) => {
                self.put_back(short);
                self.put_back(allowed.over);
                self.put_back(asks);
                return Err(error);
            }
        };
        let all_written = written.len() == attempts.len();
        let cases = self.cases(asks, attempts, &written);
        self.dispatch(cases, taken, per_call, now);
        let next = self.over_budget(short);
        self.over_limit(allowed, all_written);
        Ok(next)
    }

    /// Holds money for as many of `asks` as fit; the rest comes back second.
    async fn hold(
        &self,
        tx: &mut Tx,
        asks: Vec<NewAsk>,
    ) -> Result<(Vec<NewAsk>, Vec<NewAsk>), (DbError, Vec<NewAsk>)> {
        let (workspace, run) = (self.shared.workspace, self.shared.run);
        let all: Usd = asks.iter().map(|ask| ask.worst).sum();
        match runs::hold(tx, workspace, run, all).await {
            Err(error) => return Err((error, asks)),
            Ok(true) => return Ok((asks, Vec::new())),
            Ok(false) => {}
        }
        let (mut held, mut short) = (Vec::new(), Vec::new());
        let mut asks = asks.into_iter();
        while let Some(ask) = asks.next() {
            match runs::hold(tx, workspace, run, ask.worst).await {
                Ok(true) => held.push(ask),
                Ok(false) => short.push(ask),
                Err(error) => {
                    held.push(ask);
                    held.extend(short);
                    held.extend(asks);
                    return Err((error, held));
                }
            }
        }
        Ok((held, short))
    }

    /// Writes the attempts and commits; which of them are ours to ask. Slots and calls of the month that
    /// they leave over are given back, and so is what is `free` of the money that was held.
    async fn write_down(
        &self,
        mut tx: Tx,
        attempts: &mut [Attempt],
        taken: &mut Vec<Taken>,
        per_call: usize,
        free: Usd,
    ) -> Result<Vec<AttemptId>, DbError> {
        let (workspace, run) = (self.shared.workspace, self.shared.run);
        let written = insert_new(&mut tx, workspace, attempts).await?;
        if written.len() < attempts.len() {
            // those that are left move up in their calls
            let ours = attempts.iter_mut().filter(|a| written.contains(&a.id)).collect();
            if Self::mark(ours, per_call) {
                let ours = attempts.iter().filter(|a| written.contains(&a.id));
                mark(&mut tx, workspace, ours).await?;
            }
        }
        self.not_made(&mut tx, attempts, &written).await?;
        let calls = written.len().div_ceil(per_call).min(taken.len());
        let unused = taken.split_off(calls);
        if !unused.is_empty() && !self.shared.ask_limits.windows.is_empty() {
            self.shared.ask_limits.not_used(&mut tx, &unused).await?;
        }
        let elsewhere: Usd =
            attempts.iter().filter(|a| !written.contains(&a.id)).map(|a| a.held).sum();
        let delta = Delta {
            calls: i64::try_from(written.len()).unwrap_or(i64::MAX),
            held: -elsewhere.plus(free).as_micros(),
            ..Delta::default()
        };
        runs::add(&mut tx, workspace, run, delta).await?;
        tx.commit().await?;
        Ok(written)
    }

    /// Gives those that share a call their marks, which tell call and place. The call is known by its
    /// first attempt. False where there are none.
    fn mark(attempts: Vec<&mut Attempt>, per_call: usize) -> bool {
        if per_call == 1 {
            return false;
        }
        let mut attempts = attempts.into_iter();
        loop {
            let mut call: Vec<&mut Attempt> = attempts.by_ref().take(per_call).collect();
            let Some(first) = call.first().map(|attempt| attempt.id.to_string()) else {
                return true;
            };
            let several = call.len() > 1;
            for (place, attempt) in call.iter_mut().enumerate() {
                attempt.mark = several.then(|| Question::mark_in_call(&first, place));
            }
        }
    }

    fn attempt(&self, ask: &NewAsk, now: Timestamp) -> Attempt {
        Attempt {
            id: AttemptId::from(self.shared.ids.uuid()),
            contact: ask.contact,
            run: self.shared.run,
            provider: self.shared.seat.client.sheet().name.to_owned(),
            wants: wants_text(&ask.wants),
            state: AttemptState::Open,
            held: ask.worst,
            cost: Usd::ZERO,
            asked_at: now,
            answered_at: None,
            mark: None,
            ticket: None,
            answer: None,
            error: None,
            nth: ask.nth,
            was_asked: true,
        }
    }

    /// Joins asks with their attempts; those that another process is asking are told so.
    fn cases(&self, asks: Vec<NewAsk>, attempts: Vec<Attempt>, written: &[AttemptId]) -> Vec<Case> {
        let written: HashSet<AttemptId> = written.iter().copied().collect();
        let mut cases = Vec::with_capacity(asks.len());
        for (ask, attempt) in asks.into_iter().zip(attempts) {
            if written.contains(&attempt.id) {
                let question =
                    Question { mark: attempt.mark(), person: ask.person, wants: ask.wants };
                let holding = self.shared.held.one_more();
                cases.push(Case {
                    attempt: Box::new(attempt),
                    question,
                    reply: ask.reply,
                    holding,
                });
            } else {
                answer(ask, Reply::Elsewhere);
            }
        }
        cases
    }

    /// Rows whose question does not fit the run's budget: they wait while this process holds money
    /// that may come free, and are told when it does not.
    fn over_budget(&mut self, short: Vec<NewAsk>) -> Next {
        if short.is_empty() {
            return Next::Go;
        }
        if self.shared.held.now() > 0 {
            self.put_back(short);
            return Next::Wait(HELD_ELSEWHERE);
        }
        for ask in short {
            answer(ask, Reply::OverBudget);
        }
        Next::Go
    }
}
