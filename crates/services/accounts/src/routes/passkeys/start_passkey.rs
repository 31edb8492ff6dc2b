use axum::Json;
use axum::extract::State;
use captely_platform::http::{Problem, SignedIn};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Accounts;

/// A ceremony that has begun.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "challenge": "cptc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "options": {"publicKey": {}},
}))]
pub(crate) struct Ceremony<T> {
    /// Hand it in with the browser's answer, within five minutes, once.
    challenge: String,
    /// For the browser: `navigator.credentials.create` or `get` takes it, with `challenge`, ids and
    /// `user.id` decoded from base64url.
    #[schema(value_type = Object)]
    options: T,
}

impl<T> Ceremony<T> {
    pub(super) fn new((challenge, options): (String, T)) -> Self {
        Self { challenge, options }
    }
}

/// Begin to add a passkey
///
/// Needs a fresh proof of who one is.
#[utoipa::path(
    post, path = "/api/auth/passkeys/start", operation_id = "start_passkey", tag = "auth",
    responses(
        (status = 200, description = "For the browser.", body = Ceremony<Object>, example = json!({
            "challenge": "cptc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "options": {"publicKey": {}},
        })),
        (status = 409, description = "There are too many, or this installation has none."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn start_passkey(
    State(accounts): State<Accounts>,
    who: SignedIn,
) -> Result<Json<Ceremony<crate::passkey::CreationChallengeResponse>>, Problem> {
    Ok(Json(Ceremony::new(accounts.start_adding_passkey(&who).await?)))
}
