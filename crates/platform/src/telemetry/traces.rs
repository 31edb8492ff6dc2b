use std::collections::HashMap;
use std::time::Duration;

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use percent_encoding::percent_decode_str;
use tracing::{Level, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::registry::LookupSpan;

use super::{TelemetryError, outbound};
use crate::secrets::Secret;

/// The header of W3C Trace Context that carries a trace from one program to the next.
const TRACEPARENT: &str = "traceparent";

/// Where traces go.
#[derive(Debug, Clone)]
pub struct Tracing {
    /// The base address of an OTLP receiver over HTTP, such as `http://localhost:4318`; `/v1/traces` is
    /// put behind it.
    pub endpoint: String,
    /// `name=value,name=value`, values percent-encoded, as in `OTEL_EXPORTER_OTLP_HEADERS`.
    pub headers: Option<Secret>,
    /// `deployment.environment.name` of every trace.
    pub environment: String,
    /// How many of a hundred traces that begin here are kept; one that a caller began is kept as
    /// the caller says.
    pub percent: u8,
}

/// Sends spans to a collector in batches, from a thread of its own.
#[derive(Debug, Clone)]
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Call it on a thread without tokio.
    pub(super) fn open(to: &Tracing) -> Result<Self, TelemetryError> {
        let client = outbound::blocking_client(&to.endpoint).map_err(TelemetryError::Outbound)?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", to.endpoint.trim_end_matches('/')))
            .with_headers(to.headers.as_ref().map(headers).transpose()?.unwrap_or_default())
            .build()
            .map_err(|why| TelemetryError::Endpoint(why.to_string()))?;
        let resource = Resource::builder_empty().with_attributes([
            KeyValue::new("service.name", "captely"),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("deployment.environment.name", to.environment.clone()),
        ]);
        let share = Sampler::TraceIdRatioBased(f64::from(to.percent.min(100)) / 100.0);
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_sampler(Sampler::ParentBased(Box::new(share)))
            .with_batch_exporter(exporter)
            .build();
        Ok(Self(provider))
    }

    /// Makes spans of `tracing` into spans of OpenTelemetry: ours, from info on. What the client
    /// that delivers them says must not become a span again.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let ours = filter_fn(|metadata| {
            metadata.target().starts_with("captely") && *metadata.level() <= Level::INFO
        });
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("captely"))
            .with_threads(false)
            .with_filter(ours.with_max_level_hint(LevelFilter::INFO))
    }

    /// Sends what waits, for at most `patience`, and takes no more.
    pub(super) fn close(&self, patience: Duration) {
        if let Err(why) = self.0.shutdown_with_timeout(patience) {
            tracing::warn!(%why, "the last traces may not have arrived");
        }
    }
}

fn headers(text: &Secret) -> Result<HashMap<String, String>, TelemetryError> {
    let pairs = text.expose().split(',').filter(|pair| !pair.trim().is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').ok_or(TelemetryError::Headers)?;
            let value = percent_decode_str(value.trim()).decode_utf8();
            let value = value.map_err(|_quotes_the_value| TelemetryError::Headers)?;
            Ok((name.trim().to_owned(), value.into_owned()))
        })
        .collect()
}

/// Goes on in the trace that a caller's `traceparent` header names; a header that is none is ignored,
/// as W3C Trace Context (section 3.2) wants it. Before the span is entered for the first time.
pub(super) fn continue_from(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    if parent.span().span_context().is_valid() && span.set_parent(parent).is_err() {
        tracing::debug!("no traces are kept, so the caller's is not gone on with");
    }
}

/// The id of the trace that `span` belongs to, 32 hexadecimal digits; `None` where none are kept.
pub fn trace_id(span: &Span) -> Option<String> {
    let context = span.context();
    let context = context.span().span_context().clone();
    context.is_valid().then(|| context.trace_id().to_string())
}
