use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use captely_platform::http::{Body, Http, Path, Problem, SignedIn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::start_oidc::page;
use crate::oidc::ProviderName;
use crate::routes::cookies;
use crate::service::Accounts;

/// Where to go afterwards.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"return_to": "/settings/security"}))]
pub(crate) struct LinkInput {
    /// A page of this site; the front page where nothing is said.
    #[serde(default)]
    #[schema(max_length = 2000)]
    return_to: Option<String>,
}

/// Where to send the browser.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"url": "https://accounts.google.com/o/oauth2/v2/auth?client_id=captely"}))]
pub(crate) struct LinkStart {
    url: String,
}

/// Begin to link an account elsewhere
///
/// Send the browser that got this answer, with its cookie, to `url`; it comes back to `return_to`, or to
/// `/login?problem=CODE`. Needs a fresh proof of who one is.
#[utoipa::path(
    post, path = "/api/auth/identities/{provider}", operation_id = "link_identity", tag = "auth",
    params(("provider" = String, Path, description = "google or apple.", example = "google")),
    request_body = LinkInput,
    responses(
        (status = 200, description = "Where to go.", body = LinkStart),
        (status = 503, description = "The provider does not answer."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn link_identity(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    who: SignedIn,
    Path(provider): Path<ProviderName>,
    Body(input): Body<LinkInput>,
) -> Result<Response, Problem> {
    let return_to = page(input.return_to.as_deref())?;
    let sent = accounts.start_linking(&who, provider, return_to).await?;
    let mut answer = Json(LinkStart { url: sent.url }).into_response();
    cookies::add_way(answer.headers_mut(), &http, provider, &sent.token);
    Ok(answer)
}
