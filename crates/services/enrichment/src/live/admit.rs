//! How a desk lets questions through: limits, money and a written attempt for each, all or nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use captely_contact::{Timestamp, Usd};
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::AttemptId;
use captely_providers::Question;

use super::ask::{NewAsk, Reply, wants_text};
use super::desk::{Case, Clerk, HELD_ELSEWHERE, Next, answer};
use super::slots::Taken;
use crate::store::attempts::{Attempt, AttemptState, answered, forget, insert_new};
use crate::store::runs::{self, Delta};

impl Clerk {
    /// One transaction: slots, money and attempts of some calls; then the calls go out.
    pub(super) async fn admit(&mut self, wanted: usize, per_call: usize) -> Result<Next, DbError> {
        let shared = Arc::clone(&self.shared);
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
        let attempts: Vec<Attempt> = asks.iter().map(|ask| self.attempt(ask, now)).collect();
        let written = self.write_down(tx, &asks, &attempts, &mut taken, per_call).await;
        let written = match written {
            Ok(written) => written,
            Err(error) => {
                self.put_back(short);
                self.put_back(asks);
                return Err(error);
            }
        };
        let cases = self.cases(asks, attempts, &written);
        self.dispatch(cases, taken, per_call, now);
        Ok(self.over_budget(short))
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

    /// Writes the attempts and commits; which of them are ours to ask. Slots that they leave over are
    /// given back.
    async fn write_down(
        &self,
        mut tx: Tx,
        asks: &[NewAsk],
        attempts: &[Attempt],
        taken: &mut Vec<Taken>,
        per_call: usize,
    ) -> Result<Vec<AttemptId>, DbError> {
        let (workspace, run) = (self.shared.workspace, self.shared.run);
        let written = insert_new(&mut tx, workspace, attempts).await?;
        let written = self.without_answered(&mut tx, asks, attempts, written).await?;
        let calls = written.len().div_ceil(per_call).min(taken.len());
        let unused = taken.split_off(calls);
        if !unused.is_empty() && !self.shared.ask_limits.windows.is_empty() {
            self.shared.ask_limits.not_used(&mut tx, &unused).await?;
        }
        let elsewhere: Usd =
            attempts.iter().filter(|a| !written.contains(&a.id)).map(|a| a.held).sum();
        let delta = Delta {
            calls: i64::try_from(written.len()).unwrap_or(i64::MAX),
            held: -elsewhere.as_micros(),
            ..Delta::default()
        };
        runs::add(&mut tx, workspace, run, delta).await?;
        tx.commit().await?;
        Ok(written)
    }

    /// Takes those attempts back whose answer another process has got since their row was read. Only
    /// now is this sure: while our attempt stands, nobody else can ask.
    async fn without_answered(
        &self,
        tx: &mut Tx,
        asks: &[NewAsk],
        attempts: &[Attempt],
        written: Vec<AttemptId>,
    ) -> Result<Vec<AttemptId>, DbError> {
        let (workspace, provider) = (self.shared.workspace, self.shared.seat.client.sheet().name);
        let contacts: Vec<_> = asks.iter().map(|ask| ask.contact).collect();
        let mut answers: HashMap<_, Vec<AttemptId>> = HashMap::new();
        for (id, contact) in answered(tx, workspace, provider, &contacts).await? {
            answers.entry(contact).or_default().push(id);
        }
        let is_new = |ask: &NewAsk| {
            let answers = answers.get(&ask.contact).map_or(&[][..], Vec::as_slice);
            answers.iter().any(|id| !ask.known.contains(id))
        };
        let old: HashSet<AttemptId> = asks
            .iter()
            .zip(attempts)
            .filter(|(ask, _)| is_new(ask))
            .map(|(_, attempt)| attempt.id)
            .collect();
        let (old, new): (Vec<_>, Vec<_>) = written.into_iter().partition(|id| old.contains(id));
        forget(tx, workspace, &old).await?;
        Ok(new)
    }

    fn attempt(&self, ask: &NewAsk, now: Timestamp) -> Attempt {
        Attempt {
            id: AttemptId::from(self.shared.ids.uuid()),
            contact: ask.contact,
            run: self.shared.run,
            provider: self.shared.seat.client.sheet().name.to_owned(),
            wants: wants_text(&ask.wants),
            state: AttemptState::Asked,
            held: ask.worst,
            cost: Usd::ZERO,
            asked_at: now,
            answered_at: None,
            ticket: None,
            answer: None,
            error: None,
        }
    }

    /// Joins asks with their attempts; those that another process is asking are told so.
    fn cases(&self, asks: Vec<NewAsk>, attempts: Vec<Attempt>, written: &[AttemptId]) -> Vec<Case> {
        let written: HashSet<AttemptId> = written.iter().copied().collect();
        let mut cases = Vec::with_capacity(asks.len());
        for (ask, attempt) in asks.into_iter().zip(attempts) {
            if written.contains(&attempt.id) {
                let mark = attempt.id.to_string();
                let question = Question { mark, person: ask.person, wants: ask.wants };
                let holding = self.shared.held.one_more();
                cases.push(Case { attempt, question, reply: ask.reply, holding });
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
        if self.shared.held.is_any() {
            self.put_back(short);
            return Next::Wait(HELD_ELSEWHERE);
        }
        for ask in short {
            answer(ask, Reply::OverBudget);
        }
        Next::Go
    }
}
