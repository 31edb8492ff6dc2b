use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Path, Problem, SignedIn};

use crate::ids::SessionId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// End one of one's own sessions
#[utoipa::path(
    delete, path = "/api/auth/sessions/{id}", operation_id = "end_session", tag = "auth",
    params(("id" = String, Path, description = "Which session.", example = "ses_019900000000700080000000000000ab")),
    responses((status = 204, description = "Ended.")),
    security(("session" = [])),
)]
pub(crate) async fn end_session(
    State(accounts): State<Accounts>,
    who: SignedIn,
    From(from): From,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    accounts.end_session(who.user, id, "revoked", &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
