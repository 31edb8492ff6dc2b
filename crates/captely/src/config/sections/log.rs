use std::fmt;
use std::str::FromStr;

use captely_platform::telemetry::LOG_VARIABLE;

use crate::config::reader::Reader;
use crate::config::setting::words;

/// `[log]`: what the program tells about its work, on standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// From which weight on lines are written.
    pub level: LogLevel,
    /// Finer than `level`, and instead of it: `info,captely_enrichment=debug`.
    pub filter: Option<String>,
    /// How lines look.
    pub format: LogFormat,
    /// Whether lines also go into files in the data folder.
    pub files: bool,
}

impl Log {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let mut section = reader.section("log");
        Self {
            level: section
                .key("level", "The least weight of lines that are written to standard error.")
                .or(LogLevel::Warning),
            filter: section
                .key(
                    "filter",
                    "Weights by part of the program, instead of level: info,captely_verify=debug.",
                )
                .also(&[LOG_VARIABLE])
                .optional("as level says"),
            format: section
                .key("format", "How lines look; auto is human on a terminal and json elsewhere.")
                .or(LogFormat::Auto),
            files: section
                .key(
                    "files",
                    "Whether lines also go, as JSON, into logs/ in the data folder: app.DAY.log, \
                     error.DAY.log and api.DAY.log (requests), the last 14 files of each.",
                )
                .or(false),
        }
    }
}

/// The weight of a log line, in the words of REQUIREMENTS OPS-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Every step; for developers.
    Trace,
    /// What was decided and why.
    Debug,
    /// What happened.
    Info,
    /// What needs a look.
    Warning,
    /// What went wrong.
    Error,
}

impl LogLevel {
    /// The word in settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl LogLevel {
    /// The word in filters of `tracing`.
    pub const fn directive(self) -> &'static str {
        match self {
            Self::Warning => "warn",
            other => other.word(),
        }
    }
}

impl FromStr for LogLevel {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Ok(match word {
            "trace" => Self::Trace,
            "debug" => Self::Debug,
            "info" => Self::Info,
            "warn" | "warning" => Self::Warning,
            // There is nothing heavier than an error here.
            "error" | "critical" => Self::Error,
            _ => return Err(format!("{word:?} is no level")),
        })
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

words!(LogLevel: "trace, debug, info, warning, error or critical");

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Human on a terminal, JSON elsewhere.
    Auto,
    /// For eyes.
    Human,
    /// One JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Ok(match word {
            "auto" => Self::Auto,
            "human" => Self::Human,
            "json" => Self::Json,
            _ => return Err(format!("{word:?} is no format")),
        })
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Human => "human",
            Self::Json => "json",
        })
    }
}

words!(LogFormat: "auto, human or json");
