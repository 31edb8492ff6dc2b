use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use captely_platform::http::{Anonymous, Http, Path, PerMinute};

use super::callback::{self, CallbackFields};
use crate::oidc::ProviderName;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Come back from a provider that answers by form
///
/// As the GET of this path; Apple answers so.
#[utoipa::path(
    post, path = "/api/auth/oidc/{provider}/callback", operation_id = "finish_oidc_form", tag = "auth",
    params(("provider" = String, Path, description = "google or apple.", example = "apple")),
    request_body(content = CallbackFields, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To a page of this site.")),
)]
#[expect(clippy::too_many_arguments, reason = "each is an extractor, in the order of their checks")]
pub(crate) async fn finish_oidc_form(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<20>,
    _anybody: Anonymous,
    From(from): From,
    Path(provider): Path<ProviderName>,
    headers: HeaderMap,
    brought: Result<Form<CallbackFields>, axum::extract::rejection::FormRejection>,
) -> Response {
    let brought = brought.ok().map(|Form(fields)| fields);
    callback::finish((&accounts, &http), provider, &headers, brought, &from).await
}
