use axum::Json;
use axum::extract::State;
use captely_platform::http::{Http, SignedIn, csrf_token};
use serde::Serialize;
use utoipa::ToSchema;

/// The token of a session's pages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CsrfAnswer {
    /// For the header `X-CSRF-Token`.
    #[schema(example = "0123456789abcdef0123456789abcdef")]
    csrf_token: String,
}

/// The token that a page needs to change something
///
/// For pages that were loaded while the session's cookies were there already: signing in and renewing
/// tell it too. It stays the same as long as the session.
#[utoipa::path(
    get, path = "/api/auth/csrf", operation_id = "get_csrf", tag = "auth",
    responses((status = 200, description = "The token of this session.", body = CsrfAnswer)),
    security(("session" = [])),
)]
pub(crate) async fn get_csrf(State(http): State<Http>, who: SignedIn) -> Json<CsrfAnswer> {
    Json(CsrfAnswer { csrf_token: csrf_token(&http, who.session) })
}
