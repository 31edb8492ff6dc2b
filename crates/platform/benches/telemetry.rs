//! What telling costs a request: `cargo bench -p captely-platform --bench telemetry`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and has nothing to do when its set-up fails"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use captely_platform::clock::{Clock, SystemClock};
use captely_platform::db::{Db, DbOptions, Stmt};
use captely_platform::telemetry::{HTTP_TARGET, Telemetry, answered, metrics, request_span};
use tracing::dispatcher::with_default;

const TIMES: u32 = 200_000;
const QUERIES: u32 = 50_000;
const ROUNDS: u32 = 5;

fn main() {
    let request = |metered: &str| {
        report(&format!("metrics of a request, {metered}"), TIMES, || {
            metrics::http_request("GET", "/api/contacts/{id}", 200, Duration::from_millis(3));
        });
    };
    request("not installed");
    queries("not installed");
    metrics::install();
    request("installed");
    queries("installed");
    report("rendering all metrics", 1_000, || drop(metrics::render()));

    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let folder = tempfile::tempdir().unwrap();
    let files = Telemetry { folder: Some(folder.path().to_owned()), ..Telemetry::default() };
    let screen = Telemetry::default();
    for (name, telemetry) in [("warnings on the screen only", screen), ("log files", files)] {
        let (dispatch, _guard) = telemetry.build(&clock).unwrap();
        with_default(&dispatch, || {
            report(&format!("span and line of a request, {name}"), TIMES / 10, || {
                let span = request_span("req-7", "GET", "/api/contacts/{id}", None);
                let _entered = span.enter();
                tracing::info!(target: HTTP_TARGET, status = 200, "answered");
                answered(&span, 200);
            });
        });
    }
}

/// The best of some rounds: what disturbs only adds.
fn report(what: &str, times: u32, mut work: impl FnMut()) {
    let best = (0..ROUNDS).map(|_| {
        let began = Instant::now();
        (0..times).for_each(|_| work());
        began.elapsed() / times
    });
    println!("{what}: {:?}", best.min().unwrap_or_default());
}

fn queries(metered: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open("sqlite::memory:", &DbOptions::default()).await.unwrap();
        let mut tx = db.reader().await.unwrap();
        let mut best = Duration::MAX;
        for _ in 0..ROUNDS {
            let began = Instant::now();
            for _ in 0..QUERIES {
                tx.one::<(i64,)>(Stmt::text("SELECT CAST(1 AS BIGINT)", [])).await.unwrap();
            }
            best = best.min(began.elapsed() / QUERIES);
        }
        println!("a query on SQLite, {metered}: {best:?}");
    });
}
