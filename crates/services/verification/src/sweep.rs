//! Asks about the addresses of a list: many at a time, each once, none that is known.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use captely_credits::{HoldId, Refusal, SetAside};
use captely_platform::db::DbError;
use captely_platform::jobs::{self, NewJob};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use crate::Verification;
use crate::jobs::verify_again::again_for;
use crate::list::List;
use crate::model::{Check, Progress};
use crate::remember::{Known, good_for, subject};
use crate::retry;
use crate::writer::{GROUP_MAX, Writer};

/// Addresses that somebody asks about at this moment, until what came of it can be found in the database, with
/// what was set aside for each.
#[derive(Debug, Default)]
pub(crate) struct UnderWay(Mutex<HashMap<String, Option<HoldId>>>);

impl UnderWay {
    /// Whether nobody was at it.
    fn begin(&self, email: &str) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.entry(email.to_owned()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(free) => {
                free.insert(None);
                true
            }
        }
    }

    fn pays(&self, email: &str, hold: HoldId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(email.to_owned(), Some(hold));
    }

    /// What is set aside for those that have no answer.
    fn holds(&self) -> Vec<HoldId> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.values().filter_map(|hold| *hold).collect()
    }

    pub(crate) fn end(&self, email: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(email);
    }
}

/// Asks about addresses as they come and writes down what came of it. Its memory is bounded by
/// `CheckSettings::at_once` and by what is added at a time.
pub struct Sweep<'s> {
    service: &'s Verification,
    list: List,
    progress: Arc<Progress>,
    under_way: Arc<UnderWay>,
    permits: Arc<Semaphore>,
    asking: JoinSet<()>,
    answers: mpsc::Sender<Check>,
    writer: JoinHandle<Result<(), DbError>>,
    refused: Option<Refusal>,
}

impl<'s> Sweep<'s> {
    /// Begins; what is done shows in `progress`.
    pub fn start(service: &'s Verification, list: List, progress: Arc<Progress>) -> Self {
        let under_way = Arc::<UnderWay>::default();
        let (answers, from) = mpsc::channel(GROUP_MAX);
        let writing = Writer::of(service).run(from, Arc::clone(&under_way), Arc::clone(&progress));
        Self {
            permits: Arc::new(Semaphore::new(service.settings.at_once.max(1))),
            asking: JoinSet::new(),
            writer: tokio::spawn(writing),
            service,
            list,
            progress,
            under_way,
            answers,
            refused: None,
        }
    }

    /// Takes these texts into work and returns when the last one has been begun. A text that is no
    /// address needs no question, nor does an address that is known or under way. Some thousand at a
    /// time are well spread over their mail hosts, however the list is sorted.
    pub async fn add(&mut self, texts: &[String]) -> Result<(), DbError> {
        let new: Vec<String> = texts
            .iter()
            .filter_map(|text| subject(text))
            .filter(|email| self.under_way.begin(email))
            .collect();
        let mut known = self.service.known(&self.list, &new).await?;
        let mut jobs: Vec<NewJob> = Vec::new();
        let new = spread(new);
        let mut aside = self.set_aside(&new, &known).await?;
        for email in new {
            match known.remove(&email) {
                None => match aside.remove(&email) {
                    Some(Err(refusal)) => {
                        self.refused.get_or_insert(refusal);
                        self.under_way.end(&email);
                    }
                    paid => self.ask(email, paid.and_then(Result::ok)).await,
                },
                Some(Known::Answered(_)) => {
                    self.progress.add_known();
                    self.under_way.end(&email);
                }
                Some(Known::PutOff(check)) => {
                    // an earlier round of this list has its job already
                    if check.list != self.list.id {
                        let (workspace, level) =
                            (self.service.workspace, self.service.settings.level);
                        jobs.extend(again_for(workspace, level, &check, self.list.id));
                    }
                    self.progress.add_put_off();
                    self.under_way.end(&email);
                }
            }
            if self.writer.is_finished() {
                return Ok(()); // it failed; `end` says why
            }
        }
        if jobs.is_empty() {
            return Ok(());
        }
        let mut tx = self.service.db.writer().await?;
        jobs::push(&mut tx, &self.service.ids, jobs).await?;
        tx.commit().await
    }

    /// Sets credits aside for those that nothing is known of.
    async fn set_aside(
        &self,
        emails: &[String],
        known: &HashMap<String, Known>,
    ) -> Result<HashMap<String, Result<SetAside, Refusal>>, DbError> {
        let new: Vec<String> =
            emails.iter().filter(|email| !known.contains_key(*email)).cloned().collect();
        let held = self.service.purse().set_aside(&self.list, &new).await?;
        let mut out = HashMap::with_capacity(new.len());
        for (email, held) in new.into_iter().zip(held) {
            if let Ok(Some(aside)) = &held {
                self.under_way.pays(&email, aside.hold);
            }
            if let Some(held) = held.transpose() {
                out.insert(email, held);
            }
        }
        Ok(out)
    }

    /// Why somebody was not asked about for want of credits, if so.
    pub fn refused(&self) -> Option<&Refusal> {
        self.refused.as_ref()
    }

    /// Whether nothing can be written down any more; [`Sweep::end`] says why.
    pub fn has_failed(&self) -> bool {
        self.writer.is_finished()
    }

    /// Returns when everything taken into work is answered, or cannot be written down any more.
    pub async fn settled(&mut self) {
        while self.asking.join_next().await.is_some() {}
    }

    /// Returns when everything taken into work is answered and written down.
    pub async fn end(mut self) -> Result<(), DbError> {
        self.settled().await;
        self.stop().await
    }

    /// Gives up what is under way; what is answered is written down.
    pub async fn stop(mut self) -> Result<(), DbError> {
        self.asking.shutdown().await;
        drop(self.answers);
        let written = match self.writer.await {
            Ok(written) => written,
            Err(ended) => Err(DbError::Other(format!("the writer of checks ended: {ended}"))),
        };
        // What was given up is not paid for; what is settled after all is not open any more.
        let back = self.service.purse().give_back(&self.service.db, &self.under_way.holds()).await;
        written.and(back)
    }

    async fn ask(&mut self, email: String, aside: Option<SetAside>) {
        while self.asking.try_join_next().is_some() {}
        // never closed, so this cannot fail
        let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else { return };
        let (verifier, answers) = (self.service.verifier.clone(), self.answers.clone());
        let (ids, clock) = (Arc::clone(&self.service.ids), Arc::clone(&self.service.clock));
        let (list, settings) = (self.list.id, self.service.settings.clone());
        self.asking.spawn(async move {
            let verdict = Box::pin(verifier.verify(&email, settings.level)).await;
            let now = clock.now();
            let check = Check {
                id: ids.uuid().into(),
                list,
                good_for: good_for(settings.level, &verdict),
                checked_at: now,
                retry_at: retry::retry_at(&verdict, 0, now, settings.retry_after_max),
                put_off: 0,
                email,
                aside,
                verdict: Some(verdict),
            };
            drop(permit);
            // where the writer failed, the sweep ends and says so
            let _ = answers.send(check).await;
        });
    }
}

/// Brings addresses into an order in which those of one domain lie far apart: first the first of each
/// domain, then the second of each. A list sorted by company would else wait for one mail host at a time.
fn spread(emails: Vec<String>) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut placed: Vec<(usize, String)> = emails
        .into_iter()
        .map(|email| {
            let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain).to_owned();
            let nth = seen.entry(domain).or_default();
            *nth = nth.saturating_add(1);
            (*nth, email)
        })
        .collect();
    placed.sort_by_key(|(nth, _)| *nth);
    placed.into_iter().map(|(_, email)| email).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_domain_lie_apart() {
        let own = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let sorted = own(&["a@x.com", "b@x.com", "c@x.com", "d@y.com", "e@y.com", "f@z.com"]);
        let expected = own(&["a@x.com", "d@y.com", "f@z.com", "b@x.com", "e@y.com", "c@x.com"]);
        assert_eq!(spread(sorted), expected);
    }
}
