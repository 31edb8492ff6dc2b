use axum::extract::State;
use captely_platform::http::{Problem, SignedIn, Tagged};
use serde_json::{Map, Value};

use crate::preferences;
use crate::service::Accounts;

/// One's own preferences
///
/// A JSON object that the pages make and read: theme, language, columns of tables.
#[utoipa::path(
    get, path = "/api/auth/preferences", operation_id = "get_preferences", tag = "auth",
    responses((status = 200, description = "All of them.", body = Object,
        example = json!({"theme": "dark"}))),
    security(("session" = [])),
)]
pub(crate) async fn get_preferences(
    State(accounts): State<Accounts>,
    who: SignedIn,
) -> Result<Tagged<Map<String, Value>>, Problem> {
    let person = accounts.person(who.user).await?;
    Ok(Tagged(preferences::read(&person.preferences)))
}
