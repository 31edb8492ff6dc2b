use std::io::Write as _;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use tracing::{Event, Level, Metadata, Subscriber, span};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::PANIC_TARGET;
use super::fields::{self, Fields};
use crate::clock::Clock;

/// Writes each event as one JSON object on a line of its own.
pub(super) struct JsonLayer<W> {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) writer: W,
}

/// A line, in the order in which it is written. What is empty is left out.
#[derive(Debug, Serialize)]
struct Line<'e> {
    /// RFC 3339 in UTC, to the microsecond.
    time: String,
    level: &'static str,
    target: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    fields: Map<String, Value>,
    /// The outermost first, each with its `name` and fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spans: Vec<Map<String, Value>>,
}

/// The words of REQUIREMENTS OPS-01. Nothing is heavier than a panic.
fn level_word(metadata: &Metadata<'_>) -> &'static str {
    match *metadata.level() {
        Level::ERROR if metadata.target() == PANIC_TARGET => "CRITICAL",
        Level::ERROR => "ERROR",
        Level::WARN => "WARNING",
        Level::INFO => "INFO",
        Level::DEBUG => "DEBUG",
        Level::TRACE => "TRACE",
    }
}

impl<W> JsonLayer<W> {
    fn line<'e, S>(&self, event: &Event<'e>, context: &Context<'_, S>) -> Line<'e>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let mut own = Fields::default();
        event.record(&mut own);
        let mut line = Line {
            time: time(&*self.clock),
            level: level_word(event.metadata()),
            target: event.metadata().target(),
            message: own.take_text("message"),
            request_id: own.take_text("request_id"),
            trace_id: own.take_text("trace_id"),
            fields: own.shown(),
            spans: Vec::new(),
        };
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            let mut of_span = span.extensions().get::<Fields>().cloned().unwrap_or_default();
            let request = of_span.take_text("request_id");
            let trace = of_span.take_text("trace_id");
            line.request_id = line.request_id.or(request);
            line.trace_id = line.trace_id.or(trace);
            let mut of_span = of_span.shown();
            of_span.insert("name".to_owned(), span.name().into());
            line.spans.push(of_span);
        }
        line
    }
}

fn time(clock: &dyn Clock) -> String {
    let now = clock.now();
    jiff::Timestamp::from_microsecond(now.as_micros())
        .map_or_else(|_out_of_range| now.to_string(), |moment| format!("{moment:.6}"))
}

impl<S, W> Layer<S> for JsonLayer<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + 'static,
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
        let line = self.line(event, &context);
        let Ok(mut text) = serde_json::to_vec(&line) else { return };
        text.push(b'\n');
        // A full disk must not end the program, and there is nowhere left to complain.
        let _ = self.writer.make_writer_for(event.metadata()).write_all(&text);
    }
}
