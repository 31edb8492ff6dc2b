//! What the program says about itself while it runs (by `tracing`), for a person or a machine.
//!
//! **Redaction.** Three rules keep secrets and personal data out, and the writers here cannot know
//! better than they: a credential lives in [`crate::secrets::Secret`], whose `Debug` and `Display`
//! show nothing; a message names things by id, never by name, address, phone number or a provider's
//! raw answer; an error names a host, never a URL with its query.

mod rotating;

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;

use tracing_subscriber::filter::{EnvFilter, LevelFilter, ParseError};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{Layer, Registry, fmt};

pub use rotating::RotatingFile;

use crate::clock::Clock;

/// The variable that says what is logged: `warn`, or `info,captely_enrichment=debug`.
pub const LOG_VARIABLE: &str = "CAPTELY_LOG";

/// The largest log file before a new one is begun, in bytes.
const LOG_BYTES_MAX: u64 = 50 * 1024 * 1024;
/// Log files kept.
const LOG_FILES_MAX: usize = 14;

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

/// What to log, and where.
#[derive(Debug, Clone, Default)]
pub struct Telemetry {
    /// What is logged, in the words of [`LOG_VARIABLE`]. Empty means `warn`.
    pub filter: String,
    /// How lines on the error stream look.
    pub format: Format,
    /// A folder for log files beside the error stream: JSON, a new one each day (UTC) and at 50 MiB,
    /// the last 14 kept.
    pub folder: Option<PathBuf>,
}

/// Why nothing is logged.
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
    /// It was done before in this process.
    #[error("logging has already been set up: {0}")]
    Twice(#[from] TryInitError),
}

impl Telemetry {
    /// Sets up logging for the whole process. Call it once, from the binary.
    pub fn init(&self, clock: Arc<dyn Clock>) -> Result<(), TelemetryError> {
        let filter = self.filter()?;
        let json = match self.format {
            Format::Auto => !io::stderr().is_terminal(),
            Format::Human => false,
            Format::Json => true,
        };
        let screen: Box<dyn Layer<Registry> + Send + Sync> = if json {
            fmt::layer().json().with_writer(io::stderr).boxed()
        } else {
            fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).boxed()
        };
        let file = self.file(clock)?.map(|file| {
            let file = Arc::new(file);
            fmt::layer().json().with_writer(move || rotating::Line(Arc::clone(&file))).boxed()
        });
        let layers: Vec<_> = std::iter::once(screen).chain(file).collect();
        tracing_subscriber::registry().with(layers).with(filter).try_init()?;
        Ok(())
    }

    fn filter(&self) -> Result<EnvFilter, TelemetryError> {
        EnvFilter::builder()
            .with_default_directive(LevelFilter::WARN.into())
            .parse(&self.filter)
            .map_err(|source| TelemetryError::Filter { filter: self.filter.clone(), source })
    }

    fn file(&self, clock: Arc<dyn Clock>) -> Result<Option<RotatingFile>, TelemetryError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        RotatingFile::open(folder, "captely", LOG_BYTES_MAX, LOG_FILES_MAX, clock)
            .map(Some)
            .map_err(|source| TelemetryError::File { folder: folder.clone(), source })
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
