use std::sync::Arc;

use captely_contact::Timestamp;
use captely_providers::{Asked, Outcome, ProviderError, Question};

use super::answered::{Ended, consequences, end, finish};
use super::ask::Reply;
use super::desk::{Case, Shared};
use super::journal::Entry;
use super::poller::Poller;
use super::settle::look_for;
use super::slots::Taken;
use crate::store::attempts::AttemptState;
use crate::store::runs::Delta;

/// Makes one call for all of `cases`, writes down what came of it and tells the rows.
pub(crate) async fn call(
    shared: Arc<Shared>,
    cases: Vec<Case>,
    taken: Taken,
    poller: Poller,
    under_way: Arc<()>,
) {
    let questions: Vec<Question> = cases.iter().map(|case| case.question.clone()).collect();
    let sent = shared.clock.now();
    let asked = shared.seat.client.ask(&questions).await;
    let at = shared.clock.now();
    let mut more = Vec::with_capacity(cases.len().saturating_add(2));
    more.extend(shared.health(asked.as_ref().err()));
    if !shared.ask_limits.windows.is_empty() {
        more.push(Entry::Answered { limits: Arc::clone(&shared.ask_limits), taken, sent, at });
    }
    match asked {
        Ok(Asked::Answered(outcomes)) => close(&shared, cases, outcomes, more, &poller).await,
        Ok(Asked::Pending(tickets)) => {
            pend(&shared, cases, tickets, more, &poller).await;
        }
        Err(error) => {
            if consequences(&shared, &error, cases.len()) {
                let ended = cases.into_iter().map(|case| too_large(&shared, case, &error, at));
                finish(&shared, ended.collect(), more).await;
            } else {
                let outcomes = cases.iter().map(|_| Err(error.clone())).collect();
                close(&shared, cases, outcomes, more, &poller).await;
            }
        }
    }
    drop(under_way);
    shared.bell.notify_one();
}

/// Ends a case of a call that a smaller one may take the place of.
fn too_large(shared: &Shared, case: Case, error: &ProviderError, now: Timestamp) -> Ended {
    let ended = end(shared, case, Err(error.clone()), now);
    Ended { reply: Reply::Smaller, ..ended }
}

/// Ends cases by their outcomes. Lost answers are looked for first where the provider allows it.
async fn close(
    shared: &Arc<Shared>,
    cases: Vec<Case>,
    outcomes: Vec<Outcome>,
    more: Vec<Entry>,
    poller: &Poller,
) {
    let now = shared.clock.now();
    let can_settle = shared.seat.client.sheet().can_settle;
    let mut ended = Vec::with_capacity(cases.len());
    let mut outcomes = outcomes.into_iter();
    for case in cases {
        let missing = || Err(ProviderError::Garbled { detail: "an answer is missing".into() });
        let outcome = outcomes.next().unwrap_or_else(missing);
        if let Err(error) = &outcome {
            consequences(shared, error, 1);
            if error.in_doubt() && can_settle {
                look_for(shared, case, error.clone(), poller);
                continue;
            }
        }
        ended.push(end(shared, case, outcome, now));
    }
    finish(shared, ended, more).await;
}

/// Writes tickets down, then has them polled.
async fn pend(
    shared: &Arc<Shared>,
    cases: Vec<Case>,
    tickets: Vec<Result<String, ProviderError>>,
    mut more: Vec<Entry>,
    poller: &Poller,
) {
    let mut waiting = Vec::with_capacity(cases.len());
    let (mut faulty, mut errors) = (Vec::new(), Vec::new());
    let mut tickets = tickets.into_iter();
    for mut case in cases {
        match tickets.next() {
            Some(Ok(ticket)) => {
                case.attempt.state = AttemptState::Pending;
                case.attempt.ticket = Some(ticket);
                more.push(Entry::Attempt(Box::new(case.attempt.clone()), Delta::default()));
                waiting.push(case);
            }
            Some(Err(error)) => {
                faulty.push(case);
                errors.push(Err(error));
            }
            None => {
                faulty.push(case);
                errors.push(Err(ProviderError::Garbled { detail: "a ticket is missing".into() }));
            }
        }
    }
    let Ok(written) = shared.journal.write(more).await else { return };
    for case in waiting.into_iter().filter(|case| written.has(&case.attempt)) {
        poller.watch(case);
    }
    if !faulty.is_empty() {
        Box::pin(close(shared, faulty, errors, Vec::new(), poller)).await;
    }
}

/// Goes on with an attempt that an earlier process left open: by its ticket, by looking for it, or,
/// where the provider offers neither, as in doubt.
pub(crate) async fn resume(shared: Arc<Shared>, case: Case, poller: Poller) {
    let ticket = case.attempt.ticket.is_some();
    if ticket {
        poller.watch(case);
        return;
    }
    let lost =
        ProviderError::NoAnswer { detail: "the process ended while the call was under way".into() };
    if shared.seat.client.sheet().can_settle {
        look_for(&shared, case, lost, &poller);
    } else {
        let now = shared.clock.now();
        let ended = end(&shared, case, Err(lost), now);
        finish(&shared, vec![ended], Vec::new()).await;
    }
}
