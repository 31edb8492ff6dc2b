use axum::Json;
use axum::extract::State;
use captely_platform::http::{Anonymous, PerMinute, Problem};

use super::start_passkey::Ceremony;
use crate::passkey::RequestChallengeResponse;
use crate::service::Accounts;

/// Begin to sign in by passkey
///
/// Nobody need say who they are: the browser offers the passkeys that it has.
#[utoipa::path(
    post, path = "/api/auth/passkey-login/start", operation_id = "start_passkey_login", tag = "auth",
    responses(
        (status = 200, description = "For the browser.", body = Ceremony<Object>, example = json!({
            "challenge": "cptc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "options": {"publicKey": {}},
        })),
        (status = 409, description = "This installation has no passkeys."),
    ),
)]
pub(crate) async fn start_passkey_login(
    State(accounts): State<Accounts>,
    _limit: PerMinute<20>,
    _anybody: Anonymous,
) -> Result<Json<Ceremony<RequestChallengeResponse>>, Problem> {
    Ok(Json(Ceremony::new(accounts.start_passkey_sign_in().await?)))
}
