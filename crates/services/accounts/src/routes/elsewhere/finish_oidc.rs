use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use captely_platform::http::{Anonymous, Http, Path, PerMinute};

use super::callback::{self, CallbackFields};
use crate::oidc::ProviderName;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Come back from a provider
///
/// For browsers that the provider sends back, with the cookie that the start gave them. Goes on to
/// `return_to` with the cookies of a session; to `/login` with `#second-factor=CHALLENGE` where a second
/// factor is needed; or to `/login?problem=CODE`.
#[utoipa::path(
    get, path = "/api/auth/oidc/{provider}/callback", operation_id = "finish_oidc", tag = "auth",
    params(
        ("provider" = String, Path, description = "google or apple.", example = "google"),
        CallbackFields,
    ),
    responses((status = 303, description = "To a page of this site.")),
)]
#[expect(clippy::too_many_arguments, reason = "each is an extractor, in the order of their checks")]
pub(crate) async fn finish_oidc(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<20>,
    _anybody: Anonymous,
    From(from): From,
    Path(provider): Path<ProviderName>,
    headers: HeaderMap,
    brought: Result<Query<CallbackFields>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let brought = brought.ok().map(|Query(fields)| fields);
    callback::finish((&accounts, &http), provider, &headers, brought, &from).await
}
