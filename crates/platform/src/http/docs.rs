use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::get;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::errors_page;
use super::{ApiDocument, Code};

/// `/api/openapi.json`, the browsable page `/docs`, where `/` leads too, and `/docs/errors`.
pub fn docs_routes(api: &ApiDocument, codes: &[&Code]) -> Router {
    let json = api.json.clone();
    let errors = errors_page::page(codes);
    let document = move || {
        let json = json.clone();
        async move {
            let kind = HeaderValue::from_static("application/json");
            let fresh = HeaderValue::from_static("public, max-age=60");
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, fresh)], json).into_response()
        }
    };
    // Nothing is asked of other hosts: no validator, no fonts.
    let config = Config::from("/api/openapi.json").validator_url("none").try_it_out_enabled(true);
    Router::new()
        .route("/", get(|| async { Redirect::to("/docs/") }))
        .route("/api/openapi.json", get(document))
        .route("/docs/errors", get(move || async move { Html(errors.clone()) }))
        .merge(SwaggerUi::new("/docs").config(config))
}
