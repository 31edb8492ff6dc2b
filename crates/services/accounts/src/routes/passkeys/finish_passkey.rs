use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, Problem, SignedIn, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::PasskeyId;
use crate::passkey::RegisterPublicKeyCredential;
use crate::routes::origin::From;
use crate::service::Accounts;

/// A passkey that the browser made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "challenge": "cptc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "name": "Laptop",
    "credential": {
        "id": "AAAA", "rawId": "AAAA", "type": "public-key",
        "response": {"attestationObject": "AAAA", "clientDataJSON": "AAAA"},
    },
}))]
pub(crate) struct NewPasskeyInput {
    #[schema(max_length = 100)]
    challenge: String,
    /// By which its owner tells it from others.
    #[schema(value_type = Text<1, 100>)]
    name: Text<1, 100>,
    /// What `navigator.credentials.create` gave, as its `toJSON` writes it.
    #[schema(value_type = Object)]
    credential: RegisterPublicKeyCredential,
}

/// Which passkey it became.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyAdded {
    #[schema(value_type = String, example = "pk_019900000000700080000000000000ab")]
    id: PasskeyId,
}

/// Add a passkey
#[utoipa::path(
    post, path = "/api/auth/passkeys/finish", operation_id = "finish_passkey", tag = "auth",
    request_body = NewPasskeyInput,
    responses(
        (status = 201, description = "Added.", body = PasskeyAdded),
        (status = 409, description = "There are too many, or it is in use already."),
        (status = 410, description = "The challenge has run out or was used."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn finish_passkey(
    State(accounts): State<Accounts>,
    who: SignedIn,
    From(from): From,
    Body(input): Body<NewPasskeyInput>,
) -> Result<(StatusCode, Json<PasskeyAdded>), Problem> {
    let NewPasskeyInput { challenge, name, credential } = input;
    let id = accounts.finish_adding_passkey(&who, &challenge, &credential, &name, &from).await?;
    Ok((StatusCode::CREATED, Json(PasskeyAdded { id })))
}
