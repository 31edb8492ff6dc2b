//! What the program says about itself while it runs: log lines (by `tracing`), [`metrics`], reports of
//! errors to Sentry and traces by OpenTelemetry. docs/operations/telemetry.md is for its operators.
//!
//! **Redaction.** Three rules keep secrets and personal data out, and the writers here cannot know
//! better than they: a credential lives in [`crate::secrets::Secret`], whose `Debug` and `Display`
//! show nothing; a message names things by id, never by name, address, phone number or a provider's
//! raw answer; an error names a host, never a URL with its query. Behind them, JSON lines and reports
//! hide every field whose name says `password`, `token`, `secret` or the like.

mod error_reports;
mod fields;
mod json;
mod log_files;
pub mod metrics;
mod outbound;
mod panics;
mod request;
mod rotating;
mod traces;

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tracing::dispatcher::{self, Dispatch, SetGlobalDefaultError};
use tracing_subscriber::filter::{EnvFilter, LevelFilter, ParseError};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer, Registry, fmt};

pub use error_reports::ErrorReporting;
pub use request::{answered, request_span};
pub use rotating::RotatingFile;
pub use traces::{Tracing, trace_id};

use crate::clock::Clock;
use error_reports::ErrorReports;
use json::JsonLayer;
use log_files::LogFiles;
use traces::Traces;

/// The variable that says what is logged: `warn`, or `info,captely_enrichment=debug`.
pub const LOG_VARIABLE: &str = "CAPTELY_LOG";

/// The target of events about requests; they have a file of their own.
pub const HTTP_TARGET: &str = "captely::http";
/// The target of panics; nothing is heavier.
pub const PANIC_TARGET: &str = "captely::panic";

/// How long the end of the process waits for what has not been sent, for each receiver.
const PATIENCE: Duration = Duration::from_secs(3);

type AnyLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For a person on a terminal, JSON otherwise.
    #[default]
    Auto,
    /// For a person, in colours on a terminal.
    Human,
    /// One JSON object a line.
    Json,
}

/// What to tell, and where.
#[derive(Debug, Clone, Default)]
pub struct Telemetry {
    /// What is logged, in the words of [`LOG_VARIABLE`]. Empty means `warn`.
    pub filter: String,
    /// How lines on the error stream look.
    pub format: Format,
    /// A folder for log files beside the error stream: JSON, a new one each day (UTC) and at 50 MiB,
    /// the last 14 kept of each of `app` (every line), `error` (errors) and `api` (requests).
    pub folder: Option<PathBuf>,
    /// Where errors and panics are reported to.
    pub errors: Option<ErrorReporting>,
    /// Where traces are sent to.
    pub traces: Option<Tracing>,
}

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("{filter:?} does not say what to log; write for example info ({source})")]
    Filter {
        /// The text.
        filter: String,
        /// What is wrong with it.
        source: ParseError,
    },
    /// The log file cannot be made.
    #[error("no log file can be made in {folder}: {source}", folder = folder.display())]
    File {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The DSN cannot be read.
    #[error("the DSN of Sentry cannot be read; it looks like https://PUBLIC_KEY@HOST/PROJECT")]
    Dsn,
    /// The headers for the receiver of traces cannot be read.
    #[error(
        "the headers for traces cannot be read; they look like name=value,name=value (%XX for special characters)"
    )]
    Headers,
    /// The address of the receiver of traces cannot be used.
    #[error("traces cannot be sent to that address: {0}")]
    Endpoint(String),
    /// TLS could not be set up.
    #[error("nothing can be sent out (are the system's CA certificates installed?): {0}")]
    Outbound(#[source] reqwest::Error),
    /// It was done before in this process.
    #[error("logging has already been set up: {0}")]
    Twice(#[from] SetGlobalDefaultError),
}

/// Keeps telemetry alive. Dropped at the end of the process, it sends what still waits; drop it on a
/// thread without tokio.
#[must_use = "what waits is sent when this is dropped"]
pub struct Guard {
    errors: Option<ErrorReports>,
    traces: Option<Traces>,
}

impl Telemetry {
    /// Sets up logging, reports of errors and panics, and traces for the whole process. Call it once,
    /// from the binary, before other threads are started.
    pub fn init(&self, clock: &Arc<dyn Clock>) -> Result<Guard, TelemetryError> {
        let (dispatch, guard) = self.build(clock)?;
        dispatcher::set_global_default(dispatch)?;
        panics::install(guard.errors.clone());
        Ok(guard)
    }

    /// The same without making it the process's, and without panics.
    pub fn build(&self, clock: &Arc<dyn Clock>) -> Result<(Dispatch, Guard), TelemetryError> {
        let mut layers = vec![self.screen(clock)?];
        layers.extend(self.files(clock)?);
        let errors = self.errors.as_ref().map(ErrorReports::open).transpose()?;
        let traces = self.traces.as_ref().map(Traces::open).transpose()?;
        layers.extend(errors.iter().map(|errors| errors.layer().boxed()));
        layers.extend(traces.iter().map(|traces| traces.layer().boxed()));
        let subscriber = tracing_subscriber::registry().with(layers);
        Ok((Dispatch::new(subscriber), Guard { errors, traces }))
    }

    fn screen(&self, clock: &Arc<dyn Clock>) -> Result<AnyLayer, TelemetryError> {
        let json = match self.format {
            Format::Auto => !io::stderr().is_terminal(),
            Format::Human => false,
            Format::Json => true,
        };
        let filter = self.filter()?;
        Ok(if json {
            let layer = JsonLayer { clock: Arc::clone(clock), writer: io::stderr };
            layer.with_filter(filter).boxed()
        } else {
            let layer = fmt::layer().with_ansi(io::stderr().is_terminal());
            layer.with_writer(io::stderr).with_filter(filter).boxed()
        })
    }

    fn files(&self, clock: &Arc<dyn Clock>) -> Result<Option<AnyLayer>, TelemetryError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let writer = LogFiles::open(folder, clock)
            .map_err(|source| TelemetryError::File { folder: folder.clone(), source })?;
        let mut filter = self.filter()?;
        // Requests are wanted in their file even where the screen shows warnings only.
        if !self.filter.contains(HTTP_TARGET) {
            let requests = format!("{HTTP_TARGET}=info").parse();
            filter = filter.add_directive(requests.map_err(|source| self.unreadable(source))?);
        }
        let layer = JsonLayer { clock: Arc::clone(clock), writer };
        Ok(Some(layer.with_filter(filter).boxed()))
    }

    fn filter(&self) -> Result<EnvFilter, TelemetryError> {
        EnvFilter::builder()
            .with_default_directive(LevelFilter::WARN.into())
            .parse(&self.filter)
            .map_err(|source| self.unreadable(source))
    }

    fn unreadable(&self, source: ParseError) -> TelemetryError {
        TelemetryError::Filter { filter: self.filter.clone(), source }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(traces) = &self.traces {
            traces.close(PATIENCE);
        }
        if let Some(errors) = &self.errors {
            errors.close(PATIENCE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters() {
        let filter =
            |text: &str| Telemetry { filter: text.into(), ..Telemetry::default() }.filter();
        assert_eq!(filter("").unwrap().to_string(), "warn");
        assert!(filter("info,captely_enrichment=debug").is_ok());
        let error = filter("info=loud").unwrap_err().to_string();
        assert!(error.contains("info=loud"), "{error}");
    }
}
