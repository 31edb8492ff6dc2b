use std::borrow::Cow;
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::time::Duration;

use sentry::integrations::backtrace::ProcessStacktraceIntegration;
use sentry::integrations::panic::PanicIntegration;
use sentry::protocol::Event as Report;
use sentry::transports::ReqwestHttpTransportOptions;
use sentry::types::Dsn;
use sentry::{Client, ClientOptions, Integration, Transport, TransportFactory, TransportOptions};
use tracing::{Event, Level, Subscriber, span};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::fields::{self, Fields};
use super::{PANIC_TARGET, TelemetryError, outbound};
use crate::secrets::Secret;

/// Reports on their way; more are dropped, so that a storm of errors costs no memory.
const WAITING_MAX: usize = 100;

/// Where errors and panics are reported to.
#[derive(Debug, Clone)]
pub struct ErrorReporting {
    /// `https://PUBLIC_KEY@HOST/PROJECT`, as Sentry shows it.
    pub dsn: Secret,
    /// What Sentry files them under, such as `production`.
    pub environment: String,
    /// How many of a hundred are sent.
    pub percent: u8,
}

/// Sends errors and panics to Sentry, and waits for them when it is closed.
#[derive(Clone)]
pub(super) struct ErrorReports(Arc<Client>);

impl ErrorReports {
    pub(super) fn open(to: &ErrorReporting) -> Result<Self, TelemetryError> {
        // The parser's own words may quote the DSN, and with it the key.
        let dsn: Dsn = to.dsn.expose().parse().map_err(|_quotes_the_dsn| TelemetryError::Dsn)?;
        let client =
            outbound::client(dsn.envelope_api_url().as_str()).map_err(TelemetryError::Outbound)?;
        // Shortens the stack of a panic to what is ours.
        let stack: Arc<dyn Integration> = Arc::new(ProcessStacktraceIntegration);
        let mut options = ClientOptions::new()
            .release(concat!("captely@", env!("CARGO_PKG_VERSION")))
            .environment(Cow::Owned(to.environment.clone()))
            .sample_rate(f32::from(to.percent.min(100)) / 100.0)
            .send_default_pii(false)
            .max_breadcrumbs(0)
            .transport_channel_capacity(WAITING_MAX)
            .integrations([stack])
            .transport(OverOurClient(client));
        options.dsn = Some(dsn);
        options.in_app_include = vec!["captely"];
        Ok(Self(Arc::new(Client::from(options))))
    }

    /// Reports every `tracing::error!` of ours.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        ReportLayer(Arc::clone(&self.0))
    }

    /// Reports a panic with its stack, and waits until it is sent: the process may end.
    pub(super) fn panicked(&self, panic: &PanicHookInfo<'_>, patience: Duration) {
        self.0.capture_event(PanicIntegration::new().event_from_panic_info(panic), None);
        self.0.flush(Some(patience));
    }

    /// Sends what waits, for at most `patience`, and takes no more.
    pub(super) fn close(&self, patience: Duration) {
        self.0.close(Some(patience));
    }
}

/// The crate's own transport, with its back-off at 429, over a client that is set up as ours are.
struct OverOurClient(reqwest::Client);

impl TransportFactory for OverOurClient {
    fn create_transport_with_options(&self, options: TransportOptions) -> Arc<dyn Transport> {
        Arc::new(ReqwestHttpTransportOptions::from(options).with_client(self.0.clone()).build())
    }
}

struct ReportLayer(Arc<Client>);

impl<S> Layer<S> for ReportLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(
        &self,
        attributes: &span::Attributes<'_>,
        id: &span::Id,
        context: Context<'_, S>,
    ) {
        fields::keep(attributes, id, &context);
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        fields::add(values, id, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        // A panic is reported with its stack, by [`ErrorReports::panicked`].
        if *metadata.level() == Level::ERROR && metadata.target() != PANIC_TARGET {
            self.0.capture_event(report(event, &context), None);
        }
    }
}

/// What an error says, where in the code, and in which request.
fn report<S>(event: &Event<'_>, context: &Context<'_, S>) -> Report<'static>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let metadata = event.metadata();
    let mut own = Fields::default();
    event.record(&mut own);
    let mut report = Report {
        level: sentry::Level::Error,
        logger: Some(metadata.target().to_owned()),
        message: own.take_text("message"),
        culprit: metadata.file().zip(metadata.line()).map(|(file, line)| format!("{file}:{line}")),
        extra: own.shown().into_iter().collect(),
        ..Report::default()
    };
    for span in context.event_scope(event).into_iter().flatten() {
        let mut of_span = span.extensions().get::<Fields>().cloned().unwrap_or_default();
        for tag in ["request_id", "trace_id"] {
            if let Some(value) = of_span.take_text(tag) {
                report.tags.entry(tag.to_owned()).or_insert(value);
            }
        }
        let fields = of_span.shown().into_iter();
        report.extra.extend(fields.map(|(name, value)| (format!("{}.{name}", span.name()), value)));
    }
    report
}
