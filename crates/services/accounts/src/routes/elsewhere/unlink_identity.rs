use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Path, Problem, SignedIn};

use crate::oidc::ProviderName;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Take the link to an account elsewhere away
///
/// Not the last way to sign in of somebody without a password. Needs a fresh proof of who one is.
#[utoipa::path(
    delete, path = "/api/auth/identities/{provider}", operation_id = "unlink_identity", tag = "auth",
    params(("provider" = String, Path, description = "google or apple.", example = "google")),
    responses(
        (status = 204, description = "Taken away."),
        (status = 409, description = "It is the last way to sign in."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn unlink_identity(
    State(accounts): State<Accounts>,
    who: SignedIn,
    From(from): From,
    Path(provider): Path<ProviderName>,
) -> Result<StatusCode, Problem> {
    accounts.unlink(&who, provider, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
