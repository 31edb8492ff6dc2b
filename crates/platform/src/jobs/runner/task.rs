use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt as _;
use serde_json::Value as Json;
use tokio::time::{Instant, timeout};

use super::super::State;
use super::super::finish::Settlement;
use super::{Handler, Job, Verdict};
use crate::ids::JobId;
use crate::telemetry::metrics;

/// Texts of a payload that are shorter are not looked for in messages: they would spoil the words.
const TOLD_CHARS_MIN: usize = 3;

/// A job that has run.
pub(super) struct Ended {
    pub(super) id: JobId,
    pub(super) verdict: Verdict,
    pub(super) took: Duration,
}

pub(super) async fn run(handler: &dyn Handler, job: &Job, limit: Duration) -> Ended {
    let began = Instant::now();
    let verdict = verdict(handler, job, limit).await;
    Ended { id: job.id, verdict, took: began.elapsed() }
}

/// The verdict on one job, whatever its handler does.
async fn verdict(handler: &dyn Handler, job: &Job, limit: Duration) -> Verdict {
    // What a panic leaves half done is the handler's: it is asked again with a fresh job.
    let run = AssertUnwindSafe(handler.run(job)).catch_unwind();
    match timeout(limit, run).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(panic)) => {
            let said = without_payload(message(&*panic), &job.payload);
            Verdict::Trouble { why: format!("its handler panicked: {said}") }
        }
        Err(_elapsed) => {
            let seconds = limit.as_secs_f64();
            Verdict::Trouble { why: format!("it took longer than {seconds} s and was broken off") }
        }
    }
}

/// Says what operators want to be told of a job that ended: a line, and the figures of /metrics.
/// Never its payload.
pub(super) fn tell(job: &Job, verdict: &Verdict, settlement: &Settlement, took: Duration) {
    metrics::job_finished(&job.queue, word(verdict, settlement), took);
    let (id, queue, ms) = (job.id, &job.queue, took.as_millis());
    let why = settlement.error.as_deref().unwrap_or_default();
    match settlement.state {
        State::Failed => tracing::error!(job = %id, queue, why, ms, "A job failed"),
        State::Pending if !why.is_empty() => {
            tracing::warn!(job = %id, queue, why, ms, attempt = job.attempt, "A job is tried again");
        }
        state => tracing::debug!(job = %id, queue, %state, ms, "A job ended"),
    }
}

/// How a try ended, in one word.
const fn word(verdict: &Verdict, settlement: &Settlement) -> &'static str {
    match (settlement.state, verdict) {
        (State::Failed, _) => "failed",
        (_, Verdict::Trouble { .. }) => "trouble",
        (_, Verdict::Retry { .. }) => "retry",
        (_, Verdict::HandBack) => "handed_back",
        _ => "done",
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}

/// `message` without the texts of `payload`, which may name people.
fn without_payload(message: &str, payload: &Json) -> String {
    let mut told = Vec::new();
    texts(payload, &mut told);
    // The longest first: a text may stand within another.
    told.sort_by_key(|text| std::cmp::Reverse(text.len()));
    told.into_iter().fold(message.to_owned(), |message, text| message.replace(text, "…"))
}

fn texts<'p>(payload: &'p Json, into: &mut Vec<&'p str>) {
    match payload {
        Json::String(text) if text.chars().count() >= TOLD_CHARS_MIN => into.push(text),
        Json::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Json::Object(fields) => fields.values().for_each(|field| texts(field, into)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_tells_nothing_of_the_payload() {
        let payload = json!({ "to": ["jane@example.com", "jane"], "n": 7, "x": { "y": "io" } });
        let said = without_payload("no radio for jane@example.com, or jane: 7", &payload);
        assert_eq!(said, "no radio for …, or …: 7");
    }
}
