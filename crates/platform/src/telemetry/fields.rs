use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// What stands in place of a field that may not be written down.
const HIDDEN: &str = "***";

/// Parts of names whose values are hidden whatever they are: the second line behind
/// [`crate::secrets::Secret`], for a value that somebody took out of it or that never was in one.
const SENSITIVE: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "authorization",
    "cookie",
    "dsn",
];

fn is_sensitive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SENSITIVE.iter().any(|part| name.contains(part))
}

/// `otel.…` are words to the exporter of traces.
fn is_for_us(field: &Field) -> bool {
    !field.name().starts_with("otel.")
}

/// The fields of an event or a span. Every request has some, and few are ever written: what is
/// sensitive is hidden when they are.
#[derive(Default, Clone)]
pub(super) struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// Takes a field out and gives it as text.
    pub(super) fn take_text(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(known, _)| *known == name)?;
        let (name, value) = self.0.remove(place);
        Some(match shown(name, value) {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    /// All of them, with sensitive ones hidden.
    pub(super) fn shown(self) -> Map<String, Value> {
        self.0.into_iter().map(|(name, value)| (name.to_owned(), shown(name, value))).collect()
    }

    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        if is_for_us(field) {
            let name = field.name();
            self.0.retain(|(known, _)| *known != name);
            self.0.push((name, value.into()));
        }
    }
}

fn shown(name: &str, value: Value) -> Value {
    if is_sensitive(name) { HIDDEN.into() } else { value }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut cause = value.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        self.put(field, text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Before it is put into words, which no one would read.
        if is_for_us(field) {
            self.put(field, format!("{value:?}"));
        }
    }
}

/// Keeps a new span's fields beside it. Several layers may do so; the first counts.
pub(super) fn keep<S>(attributes: &span::Attributes<'_>, id: &span::Id, context: &Context<'_, S>)
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let Some(span) = context.span(id) else { return };
    let mut kept = span.extensions_mut();
    if kept.get_mut::<Fields>().is_none() {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        kept.insert(fields);
    }
}

/// Keeps what a span has been told since.
pub(super) fn add<S>(values: &span::Record<'_>, id: &span::Id, context: &Context<'_, S>)
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let Some(span) = context.span(id) else { return };
    if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
        values.record(fields);
    }
}

#[cfg(test)]
mod tests {
    use super::is_sensitive;

    #[test]
    fn names_that_are_hidden() {
        for name in ["password", "new_password", "Authorization", "refresh_token", "set_cookie"] {
            assert!(is_sensitive(name), "{name}");
        }
        for name in ["request_id", "route", "status", "provider", "message"] {
            assert!(!is_sensitive(name), "{name}");
        }
    }
}
