use std::collections::HashMap;

use captely_contact::Usd;
use captely_platform::db::DbError;
use futures::StreamExt as _;
use futures::stream;

use super::call::{Called, Pace, call};
use super::{
    Attempt, End, LOST_AFTER, Outside, OutsideAnswer, OutsideChecker, OutsideId, OutsideSummary,
    PASSING_ANSWER, State,
};
use crate::list::List;
use crate::{Verification, store};

/// Questions written down and asked together: as many may be in doubt if the process dies.
const AT_ONCE: usize = 16;

/// What a subject's earlier questions say about asking now.
enum Standing {
    Known,
    /// An answer was lost, or somebody is asking at this moment.
    InDoubt(Option<OutsideId>),
    /// It may be asked, as the n-th time.
    Free(i64),
}

impl Verification {
    /// Asks an outside verifier about these subjects (each once), as far as the budget goes. What was
    /// answered within the remembered time is not asked again, and what is in doubt not at all: it may
    /// have been paid.
    pub async fn ask_outside(
        &self,
        list: &List,
        outside: &Outside<'_>,
        subjects: &[String],
    ) -> Result<OutsideSummary, DbError> {
        let mut summary = OutsideSummary::default();
        let mut todo = self.sort_outside(outside, subjects, &mut summary).await?.into_iter();
        let mut pace = Pace::of(outside.checker.sheet());
        loop {
            let some: Vec<Attempt> = todo.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                return Ok(summary);
            }
            let wanted = some.len();
            let begun = self.begin_outside(list, outside, some, &mut summary).await?;
            let short = begun.len() < wanted;
            let called = self.call_outside(outside, &begun, &mut pace).await;
            self.end_outside(list, called, &mut summary).await?;
            if summary.stopped.is_some() {
                return Ok(summary);
            }
            if short && summary.short_of_budget > 0 {
                let rest = u64::try_from(todo.len()).unwrap_or(u64::MAX);
                summary.short_of_budget = summary.short_of_budget.saturating_add(rest);
                return Ok(summary);
            }
        }
    }

    /// What an outside verifier has said about these subjects within the remembered time.
    pub async fn outside_answers(
        &self,
        checker: &OutsideChecker,
        subjects: &[String],
    ) -> Result<HashMap<String, OutsideAnswer>, DbError> {
        let name = checker.sheet().name;
        let mut answers: HashMap<String, OutsideAnswer> = HashMap::new();
        for attempt in self.outside_attempts(name, subjects).await? {
            if !self.is_believed(checker, &attempt) {
                continue;
            }
            let Some(End { answer: Some(found), cost, at, .. }) = attempt.end else { continue };
            let answer = OutsideAnswer { checker: name.to_owned(), found, at, cost };
            match answers.get(&attempt.subject) {
                Some(other) if other.at >= at => {}
                _ => {
                    answers.insert(attempt.subject, answer);
                }
            }
        }
        Ok(answers)
    }

    async fn outside_attempts(
        &self,
        checker: &str,
        subjects: &[String],
    ) -> Result<Vec<Attempt>, DbError> {
        let mut distinct: Vec<&str> = subjects.iter().map(String::as_str).collect();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.db.reader().await?;
        store::outside::of_subjects(&mut tx, self.workspace, checker, &distinct).await
    }

    /// Those that are to be asked; the others are counted, and what was lost is ended as such.
    async fn sort_outside(
        &self,
        outside: &Outside<'_>,
        subjects: &[String],
        summary: &mut OutsideSummary,
    ) -> Result<Vec<Attempt>, DbError> {
        let name = outside.checker.sheet().name;
        let mut earlier: HashMap<String, Vec<Attempt>> = HashMap::new();
        for attempt in self.outside_attempts(name, subjects).await? {
            earlier.entry(attempt.subject.clone()).or_default().push(attempt);
        }
        let (now, held) = (self.clock.now(), outside.worst());
        let mut todo = Vec::new();
        let mut lost = Vec::new();
        for subject in subjects {
            let earlier = earlier.get(subject).map_or(&[][..], Vec::as_slice);
            match self.standing(outside.checker, earlier) {
                Standing::Known => summary.known += 1,
                Standing::InDoubt(open) => {
                    summary.in_doubt += 1;
                    let end =
                        |id| (id, End { state: State::InDoubt, cost: held, at: now, answer: None });
                    lost.extend(open.map(end));
                }
                Standing::Free(nth) => todo.push(Attempt {
                    id: self.ids.uuid().into(),
                    subject: subject.clone(),
                    checker: name.to_owned(),
                    nth,
                    held,
                    asked_at: now,
                    end: None,
                }),
            }
        }
        if !lost.is_empty() {
            let mut tx = self.db.writer().await?;
            store::outside::end(&mut tx, self.workspace, &lost).await?;
            tx.commit().await?;
        }
        Ok(todo)
    }

    fn standing(&self, checker: &OutsideChecker, earlier: &[Attempt]) -> Standing {
        if earlier.iter().any(|attempt| self.is_believed(checker, attempt)) {
            return Standing::Known;
        }
        let recent = self.clock.now().minus(self.settings.remember);
        for attempt in earlier {
            match &attempt.end {
                None => {
                    let lost = attempt.asked_at.plus(LOST_AFTER) <= self.clock.now();
                    return Standing::InDoubt(lost.then_some(attempt.id));
                }
                Some(end) if end.state == State::InDoubt && end.at >= recent => {
                    return Standing::InDoubt(None);
                }
                Some(_) => {}
            }
        }
        let last = earlier.iter().map(|attempt| attempt.nth).max();
        Standing::Free(last.map_or(0, |nth| nth.saturating_add(1)))
    }

    fn is_believed(&self, checker: &OutsideChecker, attempt: &Attempt) -> bool {
        attempt.end.as_ref().is_some_and(|end| {
            let whole = end.answer.as_ref().filter(|found| checker.says_no_more_than(found));
            whole.is_some_and(|found| {
                let passing = PASSING_ANSWER.min(self.settings.remember);
                let believed = if found.retry() { passing } else { self.settings.remember };
                end.at >= self.clock.now().minus(believed)
            })
        })
    }

    /// Holds the money and writes the questions down, in one transaction; those that may now go out.
    async fn begin_outside(
        &self,
        list: &List,
        outside: &Outside<'_>,
        attempts: Vec<Attempt>,
        summary: &mut OutsideSummary,
    ) -> Result<Vec<Attempt>, DbError> {
        let mut tx = self.db.writer().await?;
        store::outside::open_spend(&mut tx, self.workspace, list).await?;
        let mut paid = Vec::with_capacity(attempts.len());
        for attempt in attempts {
            let (workspace, budget) = (self.workspace, &outside.budget);
            if store::outside::hold(&mut tx, workspace, list, attempt.held, budget).await? {
                paid.push(attempt);
            } else {
                summary.short_of_budget += 1;
            }
        }
        let ours = store::outside::ask(&mut tx, self.workspace, &paid).await?;
        let (begun, taken): (Vec<_>, Vec<_>) = paid.into_iter().partition(|a| ours.contains(&a.id));
        let money = taken.iter().map(|attempt| attempt.held).sum();
        let checks = i64::try_from(taken.len()).unwrap_or(i64::MAX);
        store::outside::give_back(&mut tx, self.workspace, list, checks, money).await?;
        tx.commit().await?;
        Ok(begun)
    }

    async fn call_outside(
        &self,
        outside: &Outside<'_>,
        attempts: &[Attempt],
        pace: &mut Pace,
    ) -> Vec<(Attempt, Called)> {
        let booked: Vec<_> =
            attempts.iter().map(|attempt| (attempt.clone(), pace.book())).collect();
        let one = |(attempt, at): (Attempt, _)| async move {
            let called = call(outside.checker, &attempt, at, &*self.clock).await;
            (attempt, called)
        };
        stream::iter(booked).map(one).buffer_unordered(AT_ONCE).collect().await
    }

    /// Writes down what came of them and gives back what was held too much.
    async fn end_outside(
        &self,
        list: &List,
        called: Vec<(Attempt, Called)>,
        summary: &mut OutsideSummary,
    ) -> Result<(), DbError> {
        let ends: Vec<_> =
            called.iter().map(|(attempt, called)| (attempt.id, called.end.clone())).collect();
        let mut tx = self.db.writer().await?;
        let ours = store::outside::end(&mut tx, self.workspace, &ends).await?;
        let (mut checks, mut money) = (0_i64, Usd::ZERO);
        for (attempt, Called { end, .. }) in called.iter().filter(|(a, _)| ours.contains(&a.id)) {
            money = money.plus(attempt.held.minus(end.cost));
            checks += i64::from(end.state == State::Failed);
        }
        store::outside::give_back(&mut tx, self.workspace, list, checks, money).await?;
        tx.commit().await?;
        for (_, Called { end, stop }) in called {
            summary.asked += 1;
            summary.failed += u64::from(end.state == State::Failed);
            summary.in_doubt += u64::from(end.state == State::InDoubt);
            summary.cost = summary.cost.plus(end.cost);
            summary.stopped = summary.stopped.take().or(stop);
        }
        Ok(())
    }
}
