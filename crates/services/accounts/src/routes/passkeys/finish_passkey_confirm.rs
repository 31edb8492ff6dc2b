use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, PerMinute, Problem, SignedIn};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::passkey::PublicKeyCredential;
use crate::routes::origin::From;
use crate::service::Accounts;

/// A passkey's answer, as proof of who one is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "challenge": "cptc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "credential": {
        "id": "AAAA", "rawId": "AAAA", "type": "public-key",
        "response": {"authenticatorData": "AAAA", "clientDataJSON": "AAAA", "signature": "AAAA"},
    },
}))]
pub(crate) struct PasskeyProof {
    #[schema(max_length = 100)]
    challenge: String,
    /// What `navigator.credentials.get` gave, as its `toJSON` writes it.
    #[schema(value_type = Object)]
    credential: PublicKeyCredential,
}

/// Confirm who one is by passkey
#[utoipa::path(
    post, path = "/api/auth/confirm/passkey/finish", operation_id = "finish_passkey_confirm", tag = "auth",
    request_body = PasskeyProof,
    responses(
        (status = 204, description = "Confirmed for 15 minutes."),
        (status = 409, description = "This installation has no passkeys."),
        (status = 410, description = "The challenge has run out or was used."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn finish_passkey_confirm(
    State(accounts): State<Accounts>,
    _limit: PerMinute<10>,
    who: SignedIn,
    From(from): From,
    Body(input): Body<PasskeyProof>,
) -> Result<StatusCode, Problem> {
    accounts.finish_passkey_confirm(&who, &input.challenge, &input.credential, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
