use tracing::{Span, error_span, field};

use super::{HTTP_TARGET, traces};

/// The span of one request: every line that is logged within it carries the request's id, and the
/// trace's id where traces are kept.
///
/// `route` is the template and `traceparent` the header of that name, if there is one. The span has
/// the weight of an error so that no filter of the log removes the ids from errors. Record the status
/// with [`answered`] before it is closed.
pub fn request_span(
    request_id: &str,
    method: &str,
    route: &str,
    traceparent: Option<&str>,
) -> Span {
    // The attributes' names are those of OpenTelemetry's semantic conventions for HTTP.
    let span = error_span!(
        target: HTTP_TARGET,
        "request",
        request_id,
        trace_id = field::Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = field::Empty,
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = field::Empty,
    );
    if let Some(traceparent) = traceparent {
        traces::continue_from(&span, traceparent);
    }
    if let Some(id) = traces::trace_id(&span) {
        span.record("trace_id", id);
    }
    span
}

/// Writes the status of the answer into a request's span.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}
