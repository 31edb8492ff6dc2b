use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Problem, SignedIn};

use crate::routes::origin::From;
use crate::service::Accounts;

/// Turn the second factor off
///
/// Its recovery codes are of no use any more. Needs a fresh proof of who one is.
#[utoipa::path(
    delete, path = "/api/auth/totp", operation_id = "remove_totp", tag = "auth",
    responses((status = 204, description = "It is off.")),
    security(("session" = [])),
)]
pub(crate) async fn remove_totp(
    State(accounts): State<Accounts>,
    who: SignedIn,
    From(from): From,
) -> Result<StatusCode, Problem> {
    accounts.remove_totp(&who, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
