use axum::Json;
use axum::extract::State;
use captely_platform::http::{Problem, SignedIn};

use super::start_passkey::Ceremony;
use crate::passkey::RequestChallengeResponse;
use crate::service::Accounts;

/// Begin to confirm who one is by passkey
#[utoipa::path(
    post, path = "/api/auth/confirm/passkey/start", operation_id = "start_passkey_confirm", tag = "auth",
    responses(
        (status = 200, description = "For the browser.", body = Ceremony<Object>, example = json!({
            "challenge": "cptc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "options": {"publicKey": {}},
        })),
        (status = 409, description = "This installation has no passkeys."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn start_passkey_confirm(
    State(accounts): State<Accounts>,
    who: SignedIn,
) -> Result<Json<Ceremony<RequestChallengeResponse>>, Problem> {
    Ok(Json(Ceremony::new(accounts.start_passkey_confirm(&who).await?)))
}
