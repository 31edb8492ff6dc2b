use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Path, Problem, SignedIn};

use crate::ids::PasskeyId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Take a passkey away
///
/// Not the last way to sign in of somebody without a password. Needs a fresh proof of who one is.
#[utoipa::path(
    delete, path = "/api/auth/passkeys/{id}", operation_id = "remove_passkey", tag = "auth",
    params(("id" = String, Path, description = "Which passkey.", example = "pk_019900000000700080000000000000ab")),
    responses(
        (status = 204, description = "Taken away."),
        (status = 409, description = "It is the last way to sign in."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn remove_passkey(
    State(accounts): State<Accounts>,
    who: SignedIn,
    From(from): From,
    Path(id): Path<PasskeyId>,
) -> Result<StatusCode, Problem> {
    accounts.remove_passkey(&who, id, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
