use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use captely_platform::http::{Http, Problem, SignedIn};

use crate::routes::cookies;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Sign out
///
/// Ends the session at once, in every process; its tokens are of no use any more.
#[utoipa::path(
    post, path = "/api/auth/logout", operation_id = "logout", tag = "auth",
    responses((status = 204, description = "Signed out.")),
    security(("session" = [])),
)]
pub(crate) async fn logout(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    who: SignedIn,
    From(from): From,
) -> Result<(StatusCode, HeaderMap), Problem> {
    accounts.end_session(who.user, who.session, "signed_out", &from).await?;
    let mut headers = HeaderMap::new();
    cookies::remove_cookies(&mut headers, &http);
    Ok((StatusCode::NO_CONTENT, headers))
}
