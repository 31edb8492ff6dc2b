use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate as _, SizeAbove};
use tracing::Instrument as _;

use super::caller::address_key;
use super::client_address::{NOBODY, client_address};
use super::limits::Standing;
use super::request::request_id;
use super::server::Peer;
use super::{Http, Problem, RequestContext, codes, cors, etag, security_headers};
use crate::telemetry::{HTTP_TARGET, answered, metrics, request_span};

/// Paths that machines look at every few seconds: no limit counts them.
const UNCOUNTED: [&str; 3] = ["/api/health", "/api/ready", "/metrics"];

/// Answers below this many bytes go out as they are: they fit into one packet either way.
const PACKED_FROM_BYTES: u64 = 1_024;

/// `router` with everything around it that all operations share. Call it once, at the very end.
pub fn layered(router: Router, http: Http) -> Router {
    let worth_packing = SizeAbove::new(PACKED_FROM_BYTES).and(DefaultPredicate::new());
    router
        .fallback(|| async { Problem::new(&codes::NOT_FOUND, "There is no such path.") })
        .layer(CompressionLayer::new().compress_when(worth_packing))
        .layer(from_fn_with_state(http, outermost))
}

async fn outermost(State(http): State<Http>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let peer = request.extensions().get::<Peer>().map_or(NOBODY, |peer| peer.0);
    let trusted = &http.options.trusted_proxies;
    let address = client_address(peer, request.uri(), request.headers(), trusted);
    let id = request_id(request.headers())
        .map_or_else(|| format!("req_{}", http.ids.uuid().simple()), str::to_owned);
    let context = RequestContext::new(id, address);
    request.extensions_mut().insert(context.clone());

    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let method = request.method().clone();
    let origin = cors::allowed(request.headers(), &http.options);
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let caller = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let span = request_span(context.id(), method.as_str(), route, caller);

    let answer = answer(&http, &context, route, request, next).instrument(span.clone()).await;
    let mut answer = span.in_scope(|| finished(answer, &context));
    if matches!(method, Method::GET | Method::HEAD) {
        answer = etag::unless_known(answer, known.as_ref());
    }
    if let Some(origin) = origin {
        cors::grant(answer.headers_mut(), origin);
    }
    add_headers(answer.headers_mut(), &context, http.options.is_https());
    answered(&span, answer.status().as_u16());
    span.in_scope(|| tell(&context, &method, route, answer.status(), began.elapsed()));
    answer
}

async fn answer(
    http: &Http,
    context: &RequestContext,
    route: &str,
    request: Request,
    next: Next,
) -> Response {
    if cors::is_preflight(request.method(), request.headers()) {
        return cors::preflight(cors::allowed(request.headers(), &http.options));
    }
    if has_nul(request.uri()) {
        return Problem::new(&codes::MALFORMED, "The address has a NUL character.").into_response();
    }
    if !UNCOUNTED.contains(&route)
        && let Some(limit) = http.options.address_requests_per_minute
    {
        let who = address_key(context.address());
        match http.limits.count("address", &who, limit, http.now()).await {
            Ok(standing) => context.note(standing),
            Err(problem) => return problem.into_response(),
        }
    }
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    match context.in_time(http.options.request_time_max, work).await {
        Some(Ok(answer)) => answer,
        Some(Err(panic)) => {
            let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
            Problem::new(&codes::INTERNAL, "Something broke on our side.")
                .because(format!("panic: {}", said.unwrap_or_default()))
                .into_response()
        }
        None => {
            let seconds = http.options.request_time_max.as_secs();
            Problem::new(&codes::TIMED_OUT, format!("It took longer than {seconds} s."))
                .retry_after(Duration::from_secs(5))
                .into_response()
        }
    }
}

/// `%00` in path or query: no text of ours has it, and PostgreSQL takes none.
fn has_nul(uri: &axum::http::Uri) -> bool {
    uri.path_and_query().is_some_and(|all| all.as_str().contains("%00"))
}

/// Writes the body of a problem. What the framework refuses by itself becomes one too.
fn finished(mut answer: Response, context: &RequestContext) -> Response {
    let problem = answer.extensions_mut().remove::<Problem>().or_else(|| plain_refusal(&answer));
    let Some(problem) = problem else { return answer };
    if let Some(standing) = problem.standing() {
        context.note(standing.clone());
    }
    let mut written = problem.written(context.id());
    if let Some(allow) = answer.headers_mut().remove(header::ALLOW) {
        written.headers_mut().insert(header::ALLOW, allow);
    }
    for cookie in answer.headers().get_all(header::SET_COOKIE) {
        written.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    written
}

/// A refusal without a body of ours.
fn plain_refusal(answer: &Response) -> Option<Problem> {
    if !answer.status().is_client_error() && !answer.status().is_server_error() {
        return None;
    }
    let kind = answer.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain")) {
        return None;
    }
    let code = match answer.status() {
        StatusCode::NOT_FOUND => &codes::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => &codes::METHOD,
        StatusCode::PAYLOAD_TOO_LARGE => &codes::TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => &codes::MEDIA_TYPE,
        status if status.is_client_error() => &codes::MALFORMED,
        _ => &codes::INTERNAL,
    };
    Some(Problem::new(code, code.title))
}

fn add_headers(headers: &mut HeaderMap, context: &RequestContext, is_https: bool) {
    security_headers::add(headers, is_https);
    if let Ok(id) = HeaderValue::from_str(context.id()) {
        headers.insert("x-request-id", id);
    }
    if let Some(standing) = context.standing() {
        add_standing(headers, &standing);
    }
}

/// As draft-ietf-httpapi-ratelimit-headers-10 writes them.
fn add_standing(headers: &mut HeaderMap, standing: &Standing) {
    let Standing { name, limit, left, reset_s } = standing;
    let policy = HeaderValue::from_str(&format!("\"{name}\";q={limit};w=60"));
    let state = HeaderValue::from_str(&format!("\"{name}\";r={left};t={reset_s}"));
    if let (Ok(policy), Ok(state)) = (policy, state) {
        headers.insert("ratelimit-policy", policy);
        headers.insert("ratelimit", state);
    }
}

/// One line for each request, and the figures of /metrics.
fn tell(
    context: &RequestContext,
    method: &Method,
    route: &str,
    status: StatusCode,
    took: Duration,
) {
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let address = context.address();
    let (status, method) = (status.as_u16(), method.as_str());
    metrics::http_request(method, route, status, took);
    tracing::info!(target: HTTP_TARGET, method, route, status, ms, %address, "Request");
}
