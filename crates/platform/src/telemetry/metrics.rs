//! Counters, gauges and histograms of this process, read by Prometheus.
//!
//! Nothing is counted before [`install`]: a command line that nobody scrapes pays one load of a
//! pointer for each place that would count. There is no listener here; a route answers with
//! [`render`]. Every name with its labels and meaning is in [`catalogue`], from which
//! docs/operations/metrics.md is written.
//!
//! **Labels are bounded.** A label is a word of the code or a route's template, never a path, an id,
//! an address or an error's text: each new combination lives as long as the process.

pub mod catalogue;
mod process;
mod query;
mod record;

use std::sync::OnceLock;
use std::time::Duration;

use metrics::Unit;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use catalogue::{ALL, Kind, Metric};
pub(crate) use query::QueryTimer;
pub use record::{
    OpenConnection, http_connection, http_request, job_finished, jobs_waiting, ledger_checked,
    pool_connections, provider_called, provider_spent,
};

/// How often single measurements are put into their histograms, so that they do not pile up in a
/// process that nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to count; done twice, nothing happens.
///
/// Another recorder of the crate `metrics` in the process would be a fault of the program: it is
/// logged, and [`render`] then tells of the process alone.
pub fn install() {
    let mut is_first = false;
    let handle = HANDLE.get_or_init(|| {
        is_first = true;
        recorder()
    });
    if is_first {
        let handle = handle.clone();
        let upkeep = move || {
            loop {
                std::thread::sleep(UPKEEP);
                handle.run_upkeep();
            }
        };
        let thread = std::thread::Builder::new().name("captely-metrics".to_owned()).spawn(upkeep);
        if let Err(why) = thread {
            tracing::warn!(%why, "histograms grow until they are read: no thread keeps them small");
        }
        query::install();
    }
}

fn recorder() -> PrometheusHandle {
    let histograms = ALL.iter().filter_map(|metric| match metric.kind {
        Kind::Histogram(buckets) => Some((metric.name, buckets)),
        Kind::Counter | Kind::Gauge => None,
    });
    let recorder = histograms
        .fold(PrometheusBuilder::new(), |builder, (name, buckets)| {
            // refused for an empty list only, and a test says that none is empty
            builder
                .set_buckets_for_metric(Matcher::Full(name.to_owned()), buckets)
                .unwrap_or_default()
        })
        .build_recorder();
    let handle = recorder.handle();
    if let Err(why) = metrics::set_global_recorder(recorder) {
        tracing::error!(%why, "metrics are counted elsewhere");
    }
    for metric in ALL {
        describe(metric);
    }
    handle
}

fn describe(metric: &'static Metric) {
    let (name, help) = (metric.name, metric.help);
    match metric.kind {
        Kind::Counter => metrics::describe_counter!(name, help),
        Kind::Gauge => metrics::describe_gauge!(name, help),
        Kind::Histogram(_) => metrics::describe_histogram!(name, Unit::Seconds, help),
    }
}

/// Whether anything is counted.
fn is_counting() -> bool {
    HANDLE.get().is_some()
}

/// Everything in Prometheus's text format (`text/plain; version=0.0.4`), with the process's own
/// memory, files and CPU as the system tells them now. Without [`install`] that is all there is.
pub fn render() -> String {
    let mut text = HANDLE.get().map(PrometheusHandle::render).unwrap_or_default();
    text.push_str(&process::render());
    text
}
