use axum::Json;
use axum::extract::State;
use captely_platform::http::{Body, Problem, SignedIn};
use serde_json::{Map, Value};

use crate::service::Accounts;

/// Change one's own preferences
///
/// Those named are set; null takes one away. At most 200 names and 16 KiB in all.
#[utoipa::path(
    patch, path = "/api/auth/preferences", operation_id = "update_preferences", tag = "auth",
    request_body(content = Object, example = json!({"theme": "dark"})),
    responses((status = 200, description = "All of them, after the change.", body = Object,
        example = json!({"theme": "dark"}))),
    security(("session" = [])),
)]
pub(crate) async fn update_preferences(
    State(accounts): State<Accounts>,
    who: SignedIn,
    Body(changes): Body<Map<String, Value>>,
) -> Result<Json<Map<String, Value>>, Problem> {
    Ok(Json(accounts.change_preferences(who.user, changes).await?))
}
