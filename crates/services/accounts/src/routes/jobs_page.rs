//! The page on which admins see and steer background jobs. It has no rights of its own: its script
//! talks to the API as anybody would, with the cookies of the session.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;

use super::AccountRoutes;

const PAGE: &str = include_str!("jobs_page/jobs.html");
const SCRIPT: &str = include_str!("jobs_page/jobs.js");
const ROWS: &str = include_str!("jobs_page/rows.js");
const SESSION: &str = include_str!("jobs_page/session.js");
const SIGN_IN: &str = include_str!("jobs_page/sign_in.js");
const TABLE: &str = include_str!("jobs_page/table.js");
const STYLE: &str = include_str!("jobs_page/jobs.css");

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// Nothing but the page's own files, and nothing of other hosts.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
);

/// A page, not an operation: it is not in the API's document.
pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .route("/admin/jobs", get(async || file("text/html; charset=utf-8", PAGE)))
        .route("/admin/assets/jobs.js", get(async || file(JAVASCRIPT, SCRIPT)))
        .route("/admin/assets/rows.js", get(async || file(JAVASCRIPT, ROWS)))
        .route("/admin/assets/session.js", get(async || file(JAVASCRIPT, SESSION)))
        .route("/admin/assets/sign_in.js", get(async || file(JAVASCRIPT, SIGN_IN)))
        .route("/admin/assets/table.js", get(async || file(JAVASCRIPT, TABLE)))
        .route("/admin/assets/jobs.css", get(async || file("text/css; charset=utf-8", STYLE)))
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, text).into_response()
}
