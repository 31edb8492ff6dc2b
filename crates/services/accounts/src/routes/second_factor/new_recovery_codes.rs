use axum::Json;
use axum::extract::State;
use captely_platform::http::{Problem, SignedIn};

use super::confirm_totp::RecoveryCodes;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Ten new recovery codes
///
/// Those before are of no use any more. Needs a fresh proof of who one is.
#[utoipa::path(
    post, path = "/api/auth/recovery-codes", operation_id = "new_recovery_codes", tag = "auth",
    responses(
        (status = 200, description = "The new ones.", body = RecoveryCodes),
        (status = 409, description = "There is no second factor."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn new_recovery_codes(
    State(accounts): State<Accounts>,
    who: SignedIn,
    From(from): From,
) -> Result<Json<RecoveryCodes>, Problem> {
    Ok(Json(RecoveryCodes::new(&accounts.new_recovery_codes(&who, &from).await?)))
}
