use std::sync::{Arc, PoisonError};
use std::time::Duration;

use captely_providers::{ProviderError, Question};

use super::answered::{end, finish};
use super::desk::{Case, Shared};
use super::journal::{Entry, JournalClosed};
use super::poller::Poller;
use crate::store::calls::CallTickets;

/// Before a lost answer is looked for, the provider gets this long to have it. What is lost
/// meanwhile is looked for together with it.
const SETTLE_AFTER: Duration = Duration::from_millis(500);
/// Pages that are read in one search; what is on none of them stays in doubt.
const PAGES_MAX: u32 = 100;
/// A search gives up at so many reads in a row that failed.
const FAILURES_MAX: u32 = 5;
/// Before a read that failed is made again.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// A question with what became of its call.
type Lost = (Case, ProviderError);

/// Has the provider's list searched for a question whose answer was lost. It is there: its ticket is
/// polled. It is not: nothing was charged. The list cannot be read to the end: the call stays in
/// doubt, as `lost` says.
pub(super) fn look_for(shared: &Arc<Shared>, case: Case, lost: ProviderError, poller: &Poller) {
    let mut all = shared.lost.lock().unwrap_or_else(PoisonError::into_inner);
    all.push((case, lost));
    if all.len() == 1 {
        tokio::spawn(search(Arc::clone(shared), poller.clone()));
    }
}

async fn search(shared: Arc<Shared>, poller: Poller) {
    tokio::time::sleep(SETTLE_AFTER).await;
    let mut left: Vec<Lost> =
        std::mem::take(&mut *shared.lost.lock().unwrap_or_else(PoisonError::into_inner));
    let mut page: Option<String> = None;
    let (mut pages, mut failures) = (0, 0);
    while !left.is_empty() && pages < PAGES_MAX && failures < FAILURES_MAX {
        for _ in 0..shared.seat.client.sheet().polls_per_settle {
            poller.slot().await;
        }
        if shared.stopper.is_stopping() {
            // the attempts are in the database as they are; whoever goes on looks for them
            return;
        }
        let now = shared.clock.now();
        let first = left.iter().map(|(case, _)| case.attempt.asked_at).min();
        let ago = first.map_or(Duration::ZERO, |first| now.since(first));
        let questions: Vec<Question> = left.iter().map(|(case, _)| case.question.clone()).collect();
        match shared.seat.client.settle(&questions, ago, page.as_deref()).await {
            Ok(searched) => {
                (pages, failures) = (pages + 1, 0);
                left = watch_found(&shared, left, searched.tickets, &poller).await;
                page = searched.next;
                if page.is_none() {
                    let detail = "the provider does not know the question".to_owned();
                    let unknown = ProviderError::Unreachable { detail };
                    return close(
                        &shared,
                        left.into_iter().map(|(case, _)| (case, unknown.clone())),
                    )
                    .await;
                }
            }
            Err(error) => {
                failures += 1;
                let pause = match error {
                    ProviderError::RateLimited { after: Some(after) } => after,
                    _ => PAUSE_AFTER_FAILURE,
                };
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = shared.stopper.stopping() => {}
                }
            }
        }
    }
    close(&shared, left.into_iter()).await;
}

/// Has the tickets of questions polled that were found; the others come back.
async fn watch_found(
    shared: &Shared,
    all: Vec<Lost>,
    tickets: Vec<Option<String>>,
    poller: &Poller,
) -> Vec<Lost> {
    let mut tickets = tickets.into_iter();
    let (mut left, mut entries) = (Vec::new(), Vec::new());
    for (mut case, lost) in all {
        let Some(ticket) = tickets.next().flatten() else {
            left.push((case, lost));
            continue;
        };
        let tickets = vec![Some(ticket.clone())];
        entries.push(Entry::Call(CallTickets { call: case.attempt.id, tickets }));
        case.attempt.ticket = Some(ticket);
        poller.watch(case);
    }
    if !entries.is_empty() {
        // not written, they are looked for again
        let _: Result<_, JournalClosed> = shared.journal.write(entries).await;
    }
    left
}

/// Ends cases by their failures.
async fn close(shared: &Shared, cases: impl Iterator<Item = Lost>) {
    let now = shared.clock.now();
    let ended: Vec<_> = cases.map(|(case, error)| end(shared, case, Err(error), now)).collect();
    if !ended.is_empty() {
        finish(shared, ended, Vec::new()).await;
    }
}
