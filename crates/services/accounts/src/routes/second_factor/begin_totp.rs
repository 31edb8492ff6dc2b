use axum::Json;
use axum::extract::State;
use captely_platform::http::{Problem, SignedIn};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Accounts;

/// What an authenticator app needs. It is shown once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "url": "otpauth://totp/Captely:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Captely",
}))]
pub(crate) struct TotpOffer {
    /// In base 32, for those who type it in.
    secret: String,
    /// For a QR code.
    url: String,
}

/// Begin to set up an authenticator app
///
/// Nothing changes until its first code is handed in at POST /api/auth/totp/confirm. Needs a fresh
/// proof of who one is.
#[utoipa::path(
    post, path = "/api/auth/totp", operation_id = "begin_totp", tag = "auth",
    responses(
        (status = 200, description = "A new secret.", body = TotpOffer),
        (status = 409, description = "An app is set up already."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn begin_totp(
    State(accounts): State<Accounts>,
    who: SignedIn,
) -> Result<Json<TotpOffer>, Problem> {
    let offer = accounts.begin_totp(&who).await?;
    let (secret, url) = (offer.secret.expose().to_owned(), offer.url.expose().to_owned());
    Ok(Json(TotpOffer { secret, url }))
}
