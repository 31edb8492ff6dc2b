use std::sync::Arc;
use std::time::Duration;

use captely_platform::db::DbError;
use captely_providers::{Asked, Outcome, ProviderError, Question};

use super::answered::{Ended, consequences, end, finish};
use super::ask::Reply;
use super::desk::{Case, Shared};
use super::journal::Entry;
use super::measure;
use super::poller::Poller;
use super::settle::look_for;
use super::slots::Taken;
use super::walk::Interrupted;
use crate::store;
use crate::store::calls::CallTickets;

/// Before the tickets of a call are looked up again in a database that was busy.
const PAUSE: Duration = Duration::from_millis(200);

/// Makes one call for all of `cases`, writes down what came of it and tells the rows.
pub(crate) async fn call(
    shared: Arc<Shared>,
    mut cases: Vec<Case>,
    taken: Taken,
    poller: Poller,
    under_way: Arc<()>,
) {
    let questions: Vec<Question> =
        cases.iter_mut().map(|case| std::mem::take(&mut case.question)).collect();
    let sent = shared.clock.now();
    let asked = shared.seat.client.ask(&questions).await;
    let at = shared.clock.now();
    measure::called(shared.seat.client.sheet().name, &asked, at.since(sent));
    for (case, question) in cases.iter_mut().zip(questions) {
        case.question = question;
    }
    let mut more = Vec::with_capacity(cases.len().saturating_add(2));
    more.extend(shared.health(asked.as_ref().err()));
    // the provider is free for the next call while this one is written down
    drop(under_way);
    shared.bell.notify_one();
    if !shared.ask_limits.windows.is_empty() {
        more.push(Entry::Answered { limits: Arc::clone(&shared.ask_limits), taken, sent, at });
    }
    match asked {
        Ok(Asked::Answered(outcomes)) => close(&shared, cases, outcomes, more, &poller).await,
        Ok(Asked::Pending(tickets)) => {
            pend(&shared, cases, tickets, more, &poller).await;
        }
        Err(error) => {
            let again = if consequences(&shared, &error, cases.len()) {
                Some(Reply::Smaller)
            } else if cases.len() > 1 && matches!(error, ProviderError::BadQuestion { .. }) {
                Some(Reply::Alone)
            } else {
                None
            };
            if let Some(reply) = again {
                let ended = cases.into_iter().map(|case| {
                    let ended = end(&shared, case, Err(error.clone()), at);
                    Ended { reply: reply.clone(), ..ended }
                });
                finish(&shared, ended.collect(), more).await;
            } else {
                let outcomes = cases.iter().map(|_| Err(error.clone())).collect();
                close(&shared, cases, outcomes, more, &poller).await;
            }
        }
    }
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

/// Has tickets polled, and writes them down.
async fn pend(
    shared: &Arc<Shared>,
    cases: Vec<Case>,
    tickets: Vec<Result<String, ProviderError>>,
    mut more: Vec<Entry>,
    poller: &Poller,
) {
    if let Some(call) = cases.first().map(|case| case.attempt.id) {
        let tickets = tickets.iter().map(|ticket| ticket.as_ref().ok().cloned()).collect();
        more.push(Entry::Call(CallTickets { call, tickets }));
    }
    let (mut faulty, mut errors) = (Vec::new(), Vec::new());
    let mut tickets = tickets.into_iter();
    for mut case in cases {
        match tickets.next() {
            Some(Ok(ticket)) => {
                case.attempt.ticket = Some(ticket);
                poller.watch(case);
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
    // should the process die before this is written, the call is settled as one without an answer
    if shared.journal.write(more).await.is_err() {
        return;
    }
    if !faulty.is_empty() {
        Box::pin(close(shared, faulty, errors, Vec::new(), poller)).await;
    }
}

/// Goes on with an attempt that an earlier process left open: by its ticket, by looking for it, or,
/// where the provider offers neither, as in doubt.
pub(crate) async fn resume(shared: Arc<Shared>, mut case: Case, poller: Poller) {
    // stopped, the attempt stays as it is for whoever goes on
    let Ok(ticket) = known_ticket(&shared, &case).await else { return };
    if ticket.is_some() {
        case.attempt.ticket = ticket;
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

/// The ticket of a question, if its call was answered with one, or if it was found out later.
async fn known_ticket(shared: &Shared, case: &Case) -> Result<Option<String>, Interrupted> {
    let of_call = case.question.call().and_then(|(call, place)| Some((call.parse().ok()?, place)));
    while !shared.stopper.is_stopping() {
        let read = async {
            let mut tx = shared.db.reader().await?;
            for (call, place) in of_call.into_iter().chain([(case.attempt.id, 0)]) {
                let known = store::calls::ticket(&mut tx, shared.workspace, call, place).await?;
                if known.is_some() {
                    return Ok(known);
                }
            }
            Ok::<_, DbError>(None)
        };
        match read.await {
            Ok(ticket) => return Ok(ticket),
            Err(error) if error.is_retryable() => tokio::time::sleep(PAUSE).await,
            Err(error) => shared.stopper.fail(error),
        }
    }
    Err(Interrupted)
}
