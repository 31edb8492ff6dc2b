use axum::extract::State;
use axum::response::Response;
use captely_platform::http::{Anonymous, Http, Path, PerMinute, Problem, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::callback;
use crate::error::AccountError;
use crate::oidc::{ProviderName, ReturnTo};
use crate::routes::cookies;
use crate::service::Accounts;

/// What is wanted of a sign-in elsewhere.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartQuery {
    /// The page of this site to go to afterwards; the front page where nothing is said.
    #[param(max_length = 2000, example = "/lists")]
    return_to: Option<String>,
    /// Whether the session outlives the browser: 30 days instead of 12 hours without use.
    #[serde(default)]
    #[param(default = false)]
    remember: bool,
}

/// The page that somebody wants to go to afterwards.
pub(super) fn page(wanted: Option<&str>) -> Result<ReturnTo, AccountError> {
    Ok(wanted.map(str::parse).transpose()?.unwrap_or_default())
}

/// Sign in at a provider
///
/// For browsers: goes to the provider, which sends them back to the callback. The session comes in
/// cookies, since tokens must not stand in an address. Where the provider does not answer, it goes to
/// `/login?problem=CODE`.
#[utoipa::path(
    get, path = "/api/auth/oidc/{provider}/start", operation_id = "start_oidc", tag = "auth",
    params(
        ("provider" = String, Path, description = "google or apple.", example = "google"),
        StartQuery,
    ),
    responses((status = 303, description = "To the provider.")),
)]
pub(crate) async fn start_oidc(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<20>,
    _anybody: Anonymous,
    Path(provider): Path<ProviderName>,
    Query(wanted): Query<StartQuery>,
) -> Result<Response, Problem> {
    let return_to = page(wanted.return_to.as_deref())?;
    Ok(match accounts.start_elsewhere(provider, return_to, wanted.remember).await {
        Ok(sent) => {
            let mut answer = callback::see_other(&sent.url);
            cookies::add_way(answer.headers_mut(), &http, provider, &sent.token);
            answer
        }
        Err(why) => callback::failed(why),
    })
}
