use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_platform::http::{Anonymous, Body, Http, PerMinute, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::passkey::PublicKeyCredential;
use crate::routes::cookies::{self, SessionAnswer, Transport};
use crate::routes::origin::From;
use crate::service::Accounts;

/// A passkey's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "challenge": "cptc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "credential": {
        "id": "AAAA", "rawId": "AAAA", "type": "public-key",
        "response": {"authenticatorData": "AAAA", "clientDataJSON": "AAAA", "signature": "AAAA"},
    },
}))]
pub(crate) struct PasskeyLoginInput {
    #[schema(max_length = 100)]
    challenge: String,
    /// What `navigator.credentials.get` gave, as its `toJSON` writes it.
    #[schema(value_type = Object)]
    credential: PublicKeyCredential,
    /// Whether the session outlives the browser: 30 days instead of 12 hours without use.
    #[serde(default)]
    remember: bool,
    #[serde(default)]
    transport: Transport,
}

/// Sign in by passkey
///
/// The device has checked who holds it, so that no second factor is asked for.
#[utoipa::path(
    post, path = "/api/auth/passkey-login/finish", operation_id = "finish_passkey_login", tag = "auth",
    request_body = PasskeyLoginInput,
    responses(
        (status = 200, description = "Signed in.", body = SessionAnswer),
        (status = 401, description = "The passkey was not accepted."),
        (status = 409, description = "This installation has no passkeys."),
        (status = 410, description = "The challenge has run out or was used."),
    ),
)]
pub(crate) async fn finish_passkey_login(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<10>,
    _anybody: Anonymous,
    From(from): From,
    Body(input): Body<PasskeyLoginInput>,
) -> Result<Response, Problem> {
    let PasskeyLoginInput { challenge, credential, remember, transport } = input;
    let opened = accounts.finish_passkey_sign_in(&challenge, &credential, remember, &from).await?;
    Ok(cookies::opened(&http, &opened, transport, StatusCode::OK))
}
