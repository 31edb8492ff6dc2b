use axum::extract::State;
use captely_platform::http::{Problem, SignedIn, Tagged};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Accounts;

/// What is on besides the password.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"totp": true, "recovery_codes_left": 9, "passkeys": 1}))]
pub(crate) struct SecondFactorStatus {
    /// Whether signing in needs a code of an authenticator app.
    totp: bool,
    /// Recovery codes that were not used yet.
    recovery_codes_left: usize,
    /// Passkeys, with which neither is needed.
    passkeys: usize,
}

/// Is the second factor on?
#[utoipa::path(
    get, path = "/api/auth/second-factor", operation_id = "get_second_factor", tag = "auth",
    responses((status = 200, description = "What is on.", body = SecondFactorStatus)),
    security(("session" = [])),
)]
pub(crate) async fn get_second_factor(
    State(accounts): State<Accounts>,
    who: SignedIn,
) -> Result<Tagged<SecondFactorStatus>, Problem> {
    let status = accounts.second_factor(who.user).await?;
    Ok(Tagged(SecondFactorStatus {
        totp: status.totp,
        recovery_codes_left: status.recovery_codes_left,
        passkeys: status.passkeys,
    }))
}
