use captely_platform::secrets::Secret;

use crate::config::Environment;
use crate::config::reader::Reader;
use crate::config::setting::{Raw, Setting};

/// `[telemetry]`: where errors and traces are sent to; nothing is sent unless it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelemetrySettings {
    /// Where errors are reported to: `https://PUBLIC_KEY@HOST/PROJECT`.
    pub sentry_dsn: Option<Secret>,
    /// What reports and traces are filed under.
    pub environment: String,
    /// How many of a hundred errors are reported.
    pub errors_percent: u8,
    /// Base address of an OTLP receiver over HTTP.
    pub otlp_endpoint: Option<String>,
    /// Headers for it, `name=value,name=value`.
    pub otlp_headers: Option<Secret>,
    /// How many of a hundred traces are kept.
    pub traces_percent: u8,
}

impl TelemetrySettings {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let environment = reader.environment().unwrap_or(Environment::Production);
        let mut section = reader.section("telemetry");
        Self {
            sentry_dsn: section
                .key("sentry_dsn", "Where errors are reported to: https://PUBLIC_KEY@HOST/PROJECT.")
                .also(&["SENTRY_DSN"])
                .optional("errors are reported nowhere"),
            environment: section
                .key("environment", "What reports and traces are filed under.")
                .also(&["SENTRY_ENVIRONMENT"])
                .by_default("`CAPTELY_ENV`, else production")
                .or(environment.word().to_owned()),
            errors_percent: section
                .key("errors_percent", "How many of a hundred errors are reported.")
                .within(100, 0..=100),
            otlp_endpoint: section
                .key(
                    "otlp_endpoint",
                    "Base address of an OpenTelemetry receiver (OTLP over HTTP), such as \
                     http://localhost:4318.",
                )
                .also(&["OTEL_EXPORTER_OTLP_ENDPOINT"])
                .optional::<HttpAddress>("no traces are sent")
                .map(|address| address.0),
            otlp_headers: section
                .key(
                    "otlp_headers",
                    "Headers for it such as a key: name=value,name=value (%XX for special \
                     characters).",
                )
                .also(&["OTEL_EXPORTER_OTLP_HEADERS"])
                .optional("none"),
            traces_percent: section
                .key(
                    "traces_percent",
                    "How many of a hundred traces that begin here are kept; one that a caller \
                     began is kept as the caller says.",
                )
                .within(10, 0..=100),
        }
    }
}

/// A base address over HTTP.
struct HttpAddress(String);

impl Setting for HttpAddress {
    const KIND: &'static str = "an address that starts with http:// or https://";

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = String::read(raw)?;
        let text = text.trim();
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        match rest {
            // Keys go into the headers; what stands in an address is shown and logged.
            Some(rest) if rest.contains('@') => {
                Err("must not hold a password; put it into telemetry.otlp_headers".to_owned())
            }
            Some(rest) if !rest.is_empty() => Ok(Self(text.to_owned())),
            _ => Err(format!("is {text:?}, but must be {}", Self::KIND)),
        }
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}
