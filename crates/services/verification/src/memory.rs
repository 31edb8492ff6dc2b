//! What is known already.

use std::collections::HashMap;
use std::sync::Arc;

use captely_contact::Timestamp;
use captely_platform::db::DbError;

use crate::list::List;
use crate::model::{Answer, Check, CheckId, Progress};
use crate::remember::{Known, NOT_FINAL, Question};
use crate::{Sweep, Verification, store};

impl Verification {
    /// The answers of these subjects (see [`crate::subject`]), each under its own name: known ones from
    /// memory, the others by asking now. Nobody waits for those that are put off: they say so.
    pub async fn answers(
        &self,
        list: &List,
        subjects: &[String],
    ) -> Result<HashMap<String, Answer>, DbError> {
        let mut answers = self.remembered(list, subjects).await?;
        let missing: Vec<String> =
            subjects.iter().filter(|subject| !answers.contains_key(*subject)).cloned().collect();
        if !missing.is_empty() {
            let mut sweep = Sweep::start(self, *list, Arc::new(Progress::default()));
            let added = sweep.add(&missing).await;
            sweep.end().await?;
            added?;
            answers.extend(self.remembered(list, &missing).await?);
        }
        Ok(answers)
    }

    /// What is known of these subjects; nobody is asked.
    pub(crate) async fn remembered(
        &self,
        list: &List,
        subjects: &[String],
    ) -> Result<HashMap<String, Answer>, DbError> {
        let question = Question { settings: &self.settings, list };
        let mut tx = self.db.reader().await?;
        let (emails, since) = (distinct(subjects), question.since());
        let found = store::checks::whole(&mut tx, self.workspace, &emails, since).await?;
        let checks = by_email(found);
        drop(tx);
        let answer = |(email, checks)| {
            let check = match question.answer(checks)? {
                Known::Answered(check) | Known::PutOff(check) => check,
            };
            let answer = self.answer(check)?;
            // What the lists say may have changed since: whoever asks gets no answer that they forbid.
            self.verifier.still_fits(&answer.verdict).then_some((email, answer))
        };
        Ok(checks.into_iter().filter_map(answer).collect())
    }

    /// Without their verdicts: which of these subjects need no question now.
    pub(crate) async fn known(
        &self,
        list: &List,
        subjects: &[String],
    ) -> Result<HashMap<String, Known>, DbError> {
        let question = Question { settings: &self.settings, list };
        let mut tx = self.db.reader().await?;
        let (emails, since) = (distinct(subjects), question.since());
        let found = store::checks::known(&mut tx, self.workspace, &emails, since).await?;
        let checks = by_email(found);
        let known = |(email, checks)| Some((email, question.answer(checks)?));
        Ok(checks.into_iter().filter_map(known).collect())
    }

    fn answer(&self, check: Check) -> Option<Answer> {
        let recheck = || check.checked_at.plus(self.settings.remember);
        Some(Answer {
            verdict: check.verdict?,
            checked_at: check.checked_at,
            recheck_at: (check.good_for != NOT_FINAL).then(recheck),
            retry_at: check.retry_at,
        })
    }

    /// The id of each subject's latest check, whenever it was.
    pub(crate) async fn latest(
        &self,
        subjects: &[String],
    ) -> Result<HashMap<String, CheckId>, DbError> {
        let mut tx = self.db.reader().await?;
        let ever = Timestamp::micros(0);
        let emails = distinct(subjects);
        let checks = store::checks::known(&mut tx, self.workspace, &emails, ever).await?;
        let mut latest = HashMap::new();
        for check in checks {
            let id = latest.entry(check.email).or_insert(check.id);
            *id = check.id.max(*id);
        }
        Ok(latest)
    }
}

/// Each once, in one order: two look-ups then read the table the same way.
fn distinct(subjects: &[String]) -> Vec<&str> {
    let mut all: Vec<&str> = subjects.iter().map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn by_email(checks: Vec<Check>) -> HashMap<String, Vec<Check>> {
    let mut sorted: HashMap<String, Vec<Check>> = HashMap::new();
    for check in checks {
        sorted.entry(check.email.clone()).or_default().push(check);
    }
    sorted
}
