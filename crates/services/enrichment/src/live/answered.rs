use captely_contact::{Timestamp, Usd};
use captely_platform::telemetry::metrics;
use captely_providers::{Answer, Outcome, ProviderError};
use tokio::sync::oneshot;

use super::ask::Reply;
use super::count::Counted;
use super::desk::{Case, Shared};
use super::journal::Entry;
use crate::store::attempts::{Attempt, AttemptState};
use crate::store::runs::Delta;

/// A case with its end: what to write down, and what to say to whom then.
pub(crate) struct Ended {
    pub(crate) attempt: Box<Attempt>,
    pub(crate) delta: Delta,
    pub(crate) reply: Reply,
    pub(crate) to: oneshot::Sender<Reply>,
    /// The money is held until it is written down as paid or free.
    pub(crate) holding: Counted,
}

/// Ends a case by what the provider said. A failure that may have been charged counts at its worst
/// price, so that the run never believes it spent less than it did.
pub(crate) fn end(shared: &Shared, case: Case, outcome: Outcome, now: Timestamp) -> Ended {
    let mut attempt = case.attempt;
    let held = attempt.held;
    attempt.answered_at = Some(now);
    let mut delta = Delta { held: -held.as_micros(), ..Delta::default() };
    let reply = match outcome {
        Ok(answer) => {
            attempt.state = AttemptState::Answered;
            attempt.cost = price(shared, &answer);
            attempt.answer = Some(answer.clone());
            Reply::Answered { answer, cost: attempt.cost }
        }
        // never asked again while the answer is good: that is what the person wants
        Err(ProviderError::PersonRefused) => {
            attempt.state = AttemptState::Answered;
            let said = ProviderError::PersonRefused.to_string();
            let answer = Answer { said, ..Answer::default() };
            attempt.answer = Some(answer.clone());
            Reply::Answered { answer, cost: Usd::ZERO }
        }
        Err(error) if error.in_doubt() => {
            attempt.state = AttemptState::InDoubt;
            attempt.cost = held;
            attempt.error = Some(error.to_string());
            delta.in_doubt = 1;
            Reply::Failed { error, cost: held }
        }
        Err(error) => {
            attempt.state = AttemptState::Failed;
            attempt.was_asked = error.was_asked();
            attempt.error = Some(error.to_string());
            Reply::Failed { error, cost: Usd::ZERO }
        }
    };
    attempt.held = Usd::ZERO;
    delta.spent = attempt.cost.as_micros();
    shared.progress.spend(attempt.cost);
    metrics::provider_spent(shared.seat.client.sheet().name, attempt.cost);
    Ended { attempt, delta, reply, to: case.reply, holding: case.holding }
}

fn price(shared: &Shared, answer: &Answer) -> Usd {
    shared.seat.usd_per_credit.times(answer.charged)
}

/// Writes the ends of cases down, then tells the rows.
pub(crate) async fn finish(shared: &Shared, ended: Vec<Ended>, mut more: Vec<Entry>) {
    let mut replies = Vec::with_capacity(ended.len());
    for one in ended {
        replies.push((one.attempt.id, one.to, one.reply, one.holding));
        more.push(Entry::Attempt(one.attempt, one.delta));
    }
    let written = shared.journal.write(more).await.unwrap_or_default();
    for (attempt, to, reply, holding) in replies {
        drop(holding);
        // a row that has been given up hears nothing; its answer is in the database
        let _ = to.send(if written.has(attempt) { reply } else { Reply::Stopping });
    }
    shared.bell.notify_one();
}

/// What an error means for the desk, beyond the one question.
pub(crate) fn consequences(shared: &Shared, error: &ProviderError, questions: usize) -> bool {
    let splits = *error == ProviderError::OutOfCredits
        && questions > 1
        && shared.seat.client.sheet().credits_cover_whole_call;
    if splits {
        let mut per_call =
            shared.per_call.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *per_call = (*per_call).min(questions).div_ceil(2).max(1);
    } else if error.drops_provider() {
        shared.drop_out(error);
    }
    splits
}
