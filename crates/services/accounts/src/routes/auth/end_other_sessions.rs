use axum::Json;
use axum::extract::State;
use captely_platform::http::{Problem, SignedIn};
use serde::Serialize;
use utoipa::ToSchema;

use crate::routes::origin::From;
use crate::service::Accounts;

/// What was ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"ended": 2}))]
pub(crate) struct Ended {
    /// How many sessions.
    ended: u64,
}

/// End all one's other sessions
#[utoipa::path(
    delete, path = "/api/auth/sessions", operation_id = "end_other_sessions", tag = "auth",
    responses((status = 200, description = "All but this one have ended.", body = Ended)),
    security(("session" = [])),
)]
pub(crate) async fn end_other_sessions(
    State(accounts): State<Accounts>,
    who: SignedIn,
    From(from): From,
) -> Result<Json<Ended>, Problem> {
    let ended = accounts.end_other_sessions(who.user, who.session, &from).await?;
    Ok(Json(Ended { ended }))
}
