//! Traces reach a collector on loopback, decoded with OTLP's own types.

use captely_platform::telemetry::{Telemetry, Tracing, answered, request_span, trace_id};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tracing::dispatcher::with_default;

use crate::receiver::{Loopback, clock};

fn telemetry(endpoint: String, percent: u8) -> Telemetry {
    let traces = Tracing {
        endpoint,
        headers: Some("authorization=Bearer%20abc, x-team=leads".into()),
        environment: "rehearsal".to_owned(),
        percent,
    };
    Telemetry { filter: "off".to_owned(), traces: Some(traces), ..Telemetry::default() }
}

fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let value = attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()?;
    match value.value.as_ref()? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[test]
fn a_request_goes_on_in_its_callers_trace() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    let collector = Loopback::start();
    // none of a hundred, yet the caller wants this one
    let telemetry = telemetry(format!("http://{}/", collector.address), 0);
    let (dispatch, guard) = telemetry.build(&clock()).unwrap();
    let within = with_default(&dispatch, || {
        let caller = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let request = request_span("req-7", "POST", "/api/imports", Some(&caller));
        let within = request.in_scope(|| {
            let inner = tracing::info_span!(target: "captely::test", "inner");
            inner.in_scope(|| trace_id(&inner))
        });
        answered(&request, 503);
        drop(request);
        // begun here, and so left out by the share of none
        drop(request_span("req-8", "GET", "/api/health", None));
        within
    });
    drop(guard);
    let posted = collector.next();
    assert!(posted.head.starts_with("post /v1/traces "), "{}", posted.head);
    assert!(posted.head.contains("\nauthorization: bearer abc\n"), "{}", posted.head);
    assert!(posted.head.contains("\ncontent-type: application/x-protobuf\n"), "{}", posted.head);
    let request = ExportTraceServiceRequest::decode(posted.body.as_slice()).unwrap();
    let resource = &request.resource_spans[0];
    let about = &resource.resource.as_ref().unwrap().attributes;
    assert_eq!(text(about, "service.name"), Some("captely"));
    assert_eq!(text(about, "deployment.environment.name"), Some("rehearsal"));
    let spans: Vec<&Span> =
        resource.scope_spans.iter().flat_map(|scope| scope.spans.iter()).collect();
    let [inner, outer] = spans[..] else { panic!("{spans:?}") };
    assert_eq!((inner.name.as_str(), outer.name.as_str()), ("inner", "POST /api/imports"));
    assert_eq!((hex(&outer.trace_id), hex(&inner.trace_id)), (TRACE.into(), TRACE.into()));
    assert_eq!(hex(&outer.parent_span_id), "00f067aa0ba902b7");
    assert_eq!(inner.parent_span_id, outer.span_id);
    assert_eq!(outer.kind, 2, "a server's span");
    assert_eq!(outer.status.as_ref().unwrap().code, 2, "an error");
    assert_eq!(text(&outer.attributes, "http.route"), Some("/api/imports"));
    assert_eq!(text(&outer.attributes, "request_id"), Some("req-7"));
    assert_eq!(within.as_deref(), Some(TRACE));
    assert!(collector.is_done());
}

#[test]
fn a_header_that_is_no_traceparent_begins_a_trace_of_its_own() {
    let collector = Loopback::start();
    let telemetry = telemetry(format!("http://{}", collector.address), 100);
    let (dispatch, guard) = telemetry.build(&clock()).unwrap();
    with_default(&dispatch, || {
        drop(request_span("req-9", "GET", "/api/health", Some("00-zz-\r\nnonsense")));
    });
    drop(guard);
    let request = ExportTraceServiceRequest::decode(collector.next().body.as_slice()).unwrap();
    let span = &request.resource_spans[0].scope_spans[0].spans[0];
    assert!(span.parent_span_id.is_empty() && span.trace_id.len() == 16, "{span:?}");
    assert_eq!(text(&span.attributes, "trace_id"), Some(hex(&span.trace_id).as_str()));
}

#[test]
fn without_traces_there_are_no_ids() {
    let telemetry = Telemetry { filter: "info".to_owned(), ..Telemetry::default() };
    let (dispatch, _guard) = telemetry.build(&clock()).unwrap();
    with_default(&dispatch, || {
        let span = request_span(
            "req-1",
            "GET",
            "/",
            Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        );
        assert_eq!(trace_id(&span), None);
    });
}
