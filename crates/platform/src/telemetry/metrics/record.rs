use std::time::Duration;

use captely_contact::Usd;
use metrics::{counter, gauge, histogram};

use super::catalogue as c;
use super::is_counting;
use crate::db::Db;

/// The methods of RFC 9110 and RFC 5789; a client may send any other word as one.
const METHODS: &[&str] =
    &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];

/// A request has been answered. `route` is the template (`/api/contacts/{id}`), empty where no route
/// matched: never the path.
pub fn http_request(method: &str, route: &str, status: u16, took: Duration) {
    if !is_counting() {
        return;
    }
    let method = METHODS.iter().copied().find(|known| *known == method).unwrap_or("other");
    let route = if route.is_empty() { "unmatched" } else { route };
    counter!(c::HTTP_REQUESTS.name,
        "method" => method, "route" => route.to_owned(), "status" => status_word(status))
    .increment(1);
    histogram!(c::HTTP_REQUEST_DURATION.name, "method" => method, "route" => route.to_owned())
        .record(took);
}

/// The usual ones without making a text for each request.
fn status_word(status: u16) -> metrics::SharedString {
    match status {
        200 => "200".into(),
        201 => "201".into(),
        204 => "204".into(),
        304 => "304".into(),
        400 => "400".into(),
        401 => "401".into(),
        403 => "403".into(),
        404 => "404".into(),
        422 => "422".into(),
        429 => "429".into(),
        500 => "500".into(),
        503 => "503".into(),
        100..=599 => status.to_string().into(),
        _ => "invalid".into(),
    }
}

/// A connection that is counted as open until this is dropped.
#[derive(Debug)]
pub struct OpenConnection(());

/// A client has connected.
pub fn http_connection() -> OpenConnection {
    gauge!(c::HTTP_CONNECTIONS.name).increment(1.0);
    OpenConnection(())
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        gauge!(c::HTTP_CONNECTIONS.name).decrement(1.0);
    }
}

/// Reads how many connections the database has; call it before [`super::render`].
pub fn pool_connections(db: &Db) {
    let (used, idle) = db.connections();
    for (state, number) in [("used", used), ("idle", idle)] {
        gauge!(c::DB_POOL_CONNECTIONS.name, "state" => state).set(f64::from(number));
    }
}

/// A try of a job has ended; `verdict` is the word for how (`done`, `retry`, `failed`, …).
pub fn job_finished(queue: &str, verdict: &'static str, took: Duration) {
    if !is_counting() {
        return;
    }
    let queue = queue.to_owned();
    counter!(c::JOBS.name, "queue" => queue.clone(), "verdict" => verdict).increment(1);
    histogram!(c::JOB_DURATION.name, "queue" => queue).record(took);
}

/// So many jobs of a queue are due and not begun.
pub fn jobs_waiting(queue: &str, number: u64) {
    if is_counting() {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        gauge!(c::JOBS_WAITING.name, "queue" => queue.to_owned()).set(f64::from(number));
    }
}

/// A call to a data provider has ended; `outcome` is a word of the code, never the provider's.
pub fn provider_called(provider: &'static str, outcome: &'static str, took: Duration) {
    if !is_counting() {
        return;
    }
    counter!(c::PROVIDER_CALLS.name, "provider" => provider, "outcome" => outcome).increment(1);
    histogram!(c::PROVIDER_CALL_DURATION.name, "provider" => provider).record(took);
}

/// Money has gone to a data provider.
pub fn provider_spent(provider: &'static str, cost: Usd) {
    if is_counting() {
        let micros = u64::try_from(cost.as_micros()).unwrap_or(0);
        counter!(c::SPEND.name, "provider" => provider).increment(micros);
    }
}

/// A check of the ledger of credits has ended with so many faults.
pub fn ledger_checked(faults: u64) {
    if is_counting() {
        counter!(c::LEDGER_FAULTS.name).increment(faults);
    }
}
