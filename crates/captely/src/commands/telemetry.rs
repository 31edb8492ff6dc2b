//! Logging, reports of errors and traces for the whole process, as `[log]` and `[telemetry]` say.

use std::sync::Arc;

use captely_platform::clock::{Clock, SystemClock};
use captely_platform::telemetry::{
    ErrorReporting, Format, Guard, Telemetry, TelemetryError, Tracing,
};

use crate::config::{LogFormat, Settings};
use crate::exit::CliError;

/// Sets it up; once, before a command begins. What still waits is sent when the guard is dropped.
pub fn init(settings: &Settings) -> Result<Guard, CliError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    of(settings).init(&clock).map_err(|why| explained(&why))
}

fn of(settings: &Settings) -> Telemetry {
    let log = &settings.log;
    let sent = &settings.telemetry;
    Telemetry {
        filter: log.filter.clone().unwrap_or_else(|| log.level.directive().to_owned()),
        format: match log.format {
            LogFormat::Auto => Format::Auto,
            LogFormat::Human => Format::Human,
            LogFormat::Json => Format::Json,
        },
        folder: log.files.then(|| settings.data.dir.join("logs")),
        errors: sent.sentry_dsn.clone().map(|dsn| ErrorReporting {
            dsn,
            environment: sent.environment.clone(),
            percent: sent.errors_percent,
        }),
        traces: sent.otlp_endpoint.clone().map(|endpoint| Tracing {
            endpoint,
            headers: sent.otlp_headers.clone(),
            environment: sent.environment.clone(),
            percent: sent.traces_percent,
        }),
    }
}

fn explained(why: &TelemetryError) -> CliError {
    use TelemetryError as E;
    let hint = match why {
        E::Filter { .. } => "log.filter = \"info\"",
        E::File { .. } => "log.files = false",
        E::Dsn => "telemetry.sentry_dsn as Sentry shows it under Client Keys",
        E::Headers => "telemetry.otlp_headers = \"authorization=Bearer%20KEY\"",
        E::Endpoint(_) => "telemetry.otlp_endpoint = \"http://localhost:4318\"",
        E::Outbound(_) => "without telemetry.sentry_dsn and telemetry.otlp_endpoint",
        E::Twice(_) => return CliError::internal(why.to_string()),
    };
    let said = why.to_string();
    let error =
        if matches!(why, E::File { .. }) { CliError::output(said) } else { CliError::usage(said) };
    error.try_this(hint)
}
