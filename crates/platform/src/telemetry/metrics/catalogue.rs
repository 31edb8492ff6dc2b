//! Every metric: name, kind, labels and meaning, in one place.

use std::fmt::Write as _;

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Only rises.
    Counter,
    /// As it is now.
    Gauge,
    /// How many fell below each of these bounds.
    Histogram(&'static [f64]),
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram(_) => "histogram",
        }
    }
}

/// One metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    /// As Prometheus sees it; ends with its unit.
    pub name: &'static str,
    /// Counter, gauge or histogram.
    pub kind: Kind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it counts and in which unit; one line.
    pub help: &'static str,
}

/// Seconds. The bound of 2 is the alert of REQUIREMENTS OPS-05; a request is cut long after 10.
const REQUEST_BOUNDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0];
/// Seconds: statements take tens of microseconds on the embedded database.
const QUERY_BOUNDS: &[f64] =
    &[0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];
/// Seconds: from a mail to a list of many thousand rows.
const JOB_BOUNDS: &[f64] =
    &[0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0];
/// Seconds: providers are given 30 unless a setting says otherwise.
const PROVIDER_BOUNDS: &[f64] = &[0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0];

/// Requests answered.
pub const HTTP_REQUESTS: Metric = Metric {
    name: "captely_http_requests_total",
    kind: Kind::Counter,
    labels: &["method", "route", "status"],
    help: "Requests answered, by method, template of the route and status.",
};
/// How long answers took.
pub const HTTP_REQUEST_DURATION: Metric = Metric {
    name: "captely_http_request_duration_seconds",
    kind: Kind::Histogram(REQUEST_BOUNDS),
    labels: &["method", "route"],
    help: "Time from a request's head to the head of its answer, in seconds.",
};
/// Connections that are open.
pub const HTTP_CONNECTIONS: Metric = Metric {
    name: "captely_http_connections",
    kind: Kind::Gauge,
    labels: &[],
    help: "Connections that are open now.",
};
/// How long statements took.
pub const DB_QUERY_DURATION: Metric = Metric {
    name: "captely_db_query_duration_seconds",
    kind: Kind::Histogram(QUERY_BOUNDS),
    labels: &["engine", "kind"],
    help: "Time of one SQL statement or commit with its rows, in seconds, by database and first word.",
};
/// Connections to the database.
pub const DB_POOL_CONNECTIONS: Metric = Metric {
    name: "captely_db_pool_connections",
    kind: Kind::Gauge,
    labels: &["state"],
    help: "Connections to the database that are used and idle now.",
};
/// Jobs that ended.
pub const JOBS: Metric = Metric {
    name: "captely_jobs_total",
    kind: Kind::Counter,
    labels: &["queue", "verdict"],
    help: "Tries of jobs that ended, by queue and how.",
};
/// How long jobs took.
pub const JOB_DURATION: Metric = Metric {
    name: "captely_job_duration_seconds",
    kind: Kind::Histogram(JOB_BOUNDS),
    labels: &["queue"],
    help: "Time of one try of a job, in seconds.",
};
/// Jobs that wait.
pub const JOBS_WAITING: Metric = Metric {
    name: "captely_jobs_waiting",
    kind: Kind::Gauge,
    labels: &["queue"],
    help: "Jobs that are due and not begun, up to 100000 a queue, as the database last told this process (at most every 5 s).",
};
/// Calls to providers.
pub const PROVIDER_CALLS: Metric = Metric {
    name: "captely_provider_calls_total",
    kind: Kind::Counter,
    labels: &["provider", "outcome"],
    help: "Questions sent to data providers (polls and searches not counted), by how the call ended.",
};
/// How long calls to providers took.
pub const PROVIDER_CALL_DURATION: Metric = Metric {
    name: "captely_provider_call_duration_seconds",
    kind: Kind::Histogram(PROVIDER_BOUNDS),
    labels: &["provider"],
    help: "Time of one such call, in seconds.",
};
/// Money spent.
pub const SPEND: Metric = Metric {
    name: "captely_spend_microdollars_total",
    kind: Kind::Counter,
    labels: &["provider"],
    help: "Money spent at data providers, in millionths of a dollar; what may have been charged counts at its worst price.",
};
/// What is wrong in the ledger of credits.
pub const LEDGER_FAULTS: Metric = Metric {
    name: "captely_ledger_faults_total",
    kind: Kind::Counter,
    labels: &[],
    help: "Faults that checks of the ledger of credits have found; each check counts what is still wrong again.",
};

/// What is counted here.
pub const ALL: &[Metric] = &[
    HTTP_REQUESTS,
    HTTP_REQUEST_DURATION,
    HTTP_CONNECTIONS,
    DB_QUERY_DURATION,
    DB_POOL_CONNECTIONS,
    JOBS,
    JOB_DURATION,
    JOBS_WAITING,
    PROVIDER_CALLS,
    PROVIDER_CALL_DURATION,
    SPEND,
    LEDGER_FAULTS,
];

const fn of_process(name: &'static str, kind: Kind, help: &'static str) -> Metric {
    Metric { name, kind, labels: &[], help }
}

/// Memory in use.
pub const RESIDENT_MEMORY: Metric = of_process(
    "process_resident_memory_bytes",
    Kind::Gauge,
    "Memory of this process that is in RAM, in bytes.",
);
/// Files and sockets.
pub const OPEN_FILES: Metric =
    of_process("process_open_fds", Kind::Gauge, "Files and sockets that this process has open.");
/// How many files and sockets it may open.
pub const OPEN_FILES_MAX: Metric = of_process(
    "process_max_fds",
    Kind::Gauge,
    "Files and sockets that this process may have open at once.",
);
/// Threads.
pub const THREADS: Metric = of_process("process_threads", Kind::Gauge, "Threads of this process.");
/// Time on processors.
pub const CPU: Metric = of_process(
    "process_cpu_seconds_total",
    Kind::Counter,
    "Time that this process has had on all processors together, in seconds.",
);
/// When it began.
pub const START_TIME: Metric = of_process(
    "process_start_time_seconds",
    Kind::Gauge,
    "When this process began, in seconds since 1970-01-01 UTC.",
);

/// What the system tells about the process (Linux only), under the names that every client library
/// of Prometheus gives it.
pub const OF_PROCESS: &[Metric] =
    &[RESIDENT_MEMORY, OPEN_FILES, OPEN_FILES_MAX, THREADS, CPU, START_TIME];

/// The table of docs/operations/metrics.md.
pub fn reference() -> String {
    let mut text = String::from("| Metric | Kind | Labels | What it says |\n|---|---|---|---|\n");
    for metric in ALL.iter().chain(OF_PROCESS) {
        let labels: Vec<_> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        let (name, kind, labels) = (metric.name, metric.kind.word(), labels.join(", "));
        // writing to a String cannot fail
        let _ = writeln!(text, "| `{name}` | {kind} | {labels} | {} |", metric.help);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_rise_and_names_follow_prometheus() {
        for metric in ALL.iter().chain(OF_PROCESS) {
            if let Kind::Histogram(bounds) = metric.kind {
                assert!(!bounds.is_empty() && bounds.is_sorted(), "{}", metric.name);
                assert!(metric.name.ends_with("_seconds"), "{}", metric.name);
            }
            let is_counter = metric.kind == Kind::Counter;
            assert_eq!(metric.name.ends_with("_total"), is_counter, "{}", metric.name);
            assert!(!metric.help.contains('|') && !metric.help.contains('\n'), "{}", metric.name);
        }
    }

    #[test]
    fn metrics_md_describes_every_metric_as_it_is() {
        const MARKS: [&str; 2] = ["<!-- metrics: UPDATE_DOCS=1 writes this -->", "<!-- end -->"];
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations/metrics.md");
        let text = std::fs::read_to_string(path).unwrap();
        let (before, rest) = text.split_once(MARKS[0]).expect("the first mark");
        let (_, after) = rest.split_once(MARKS[1]).expect("the last mark");
        let expected = format!("{before}{}\n\n{}\n{}{after}", MARKS[0], reference(), MARKS[1]);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, &expected).unwrap();
        } else {
            assert!(
                text == expected,
                "docs/operations/metrics.md is behind: test with UPDATE_DOCS=1"
            );
        }
    }
}
