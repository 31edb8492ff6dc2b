//! Logging for the whole process, as `[log]` says.

use std::sync::Arc;

use captely_platform::clock::SystemClock;
use captely_platform::telemetry::{Format, Telemetry};

use crate::config::{LogFormat, Settings};
use crate::exit::CliError;

/// Sets up logging; once, before a command begins.
pub fn init(settings: &Settings) -> Result<(), CliError> {
    let log = &settings.log;
    let telemetry = Telemetry {
        filter: log.filter.clone().unwrap_or_else(|| log.level.directive().to_owned()),
        format: match log.format {
            LogFormat::Auto => Format::Auto,
            LogFormat::Human => Format::Human,
            LogFormat::Json => Format::Json,
        },
        folder: log.files.then(|| settings.data.dir.join("logs")),
    };
    telemetry.init(Arc::new(SystemClock)).map_err(|why| {
        use captely_platform::telemetry::TelemetryError as E;
        match why {
            E::Filter { .. } => CliError::usage(why.to_string()).try_this("log.filter = \"info\""),
            E::File { .. } => CliError::output(why.to_string()).try_this("log.files = false"),
            E::Twice(_) => CliError::internal(why.to_string()),
        }
    })
}
