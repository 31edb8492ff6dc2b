//! What both ways of coming back from a provider have in common.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use captely_platform::http::{Http, Problem};
use oauth2::url::form_urlencoded;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::elsewhere::{CameBack, WayEnd};
use crate::error::AccountError;
use crate::model::Origin;
use crate::oidc::{Callback, OidcError, ProviderName};
use crate::routes::cookies;
use crate::service::Accounts;

/// What the browser brings back from a provider. Other fields are ignored.
#[derive(Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
#[schema(example = json!({"code": "4/0AfJohXk", "state": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]
pub(crate) struct CallbackFields {
    /// Worth one ID token, once.
    #[param(max_length = 4096, example = "4/0AfJohXk")]
    code: Option<String>,
    /// What was sent along at the start.
    #[param(max_length = 100, example = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    state: Option<String>,
    /// Apple, at the first time: JSON with the person's name.
    user: Option<String>,
    /// Instead of `code`, where there is none.
    error: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
}

impl From<CallbackFields> for Callback {
    fn from(fields: CallbackFields) -> Self {
        let CallbackFields { code, state, user, error, iss } = fields;
        Self { code, state, user, error, iss }
    }
}

/// Ends the way through `provider`; `brought` is none where it could not be read.
pub(super) async fn finish(
    (accounts, http): (&Accounts, &Http),
    provider: ProviderName,
    headers: &HeaderMap,
    brought: Option<CallbackFields>,
    from: &Origin,
) -> Response {
    let came_back = match brought {
        Some(fields) => {
            let cookie = cookies::way_of(headers, http);
            accounts.finish_elsewhere(provider, cookie, fields.into(), from).await
        }
        None => Err(OidcError::Incomplete(provider).into()),
    };
    let mut answer = match came_back {
        Ok(back) => arrived(http, &back),
        Err(why) => failed(why),
    };
    cookies::remove_way(answer.headers_mut(), http, provider);
    answer
}

fn arrived(http: &Http, back: &CameBack) -> Response {
    let path = back.return_to.path();
    match &back.end {
        WayEnd::Opened(opened) => {
            let mut answer = see_other(path);
            cookies::add_cookies(answer.headers_mut(), http, opened);
            answer
        }
        WayEnd::Linked => see_other(path),
        WayEnd::SecondFactor(challenge) => {
            let path: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
            // Behind the #, so that no server and no Referer ever sees it.
            see_other(&format!("/login?return_to={path}#second-factor={}", challenge.expose()))
        }
    }
}

/// Back to the sign-in page with the code of the problem; what is ours to mend is a problem as ever.
/// The sentence is for the log: an address is no place for it.
pub(super) fn failed(why: AccountError) -> Response {
    if let AccountError::Oidc(cause) = &why {
        tracing::info!(%cause, "A sign-in with a provider failed");
    }
    let problem = Problem::from(why);
    let code = problem.code();
    match code.status {
        404 | 500 | 507 => problem.into_response(),
        _ => see_other(&format!("/login?problem={}", code.name)),
    }
}

/// To a page of ours, or to the provider.
pub(super) fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(why) => Problem::internal(&why).into_response(),
    }
}
