use axum::Json;
use axum::extract::State;
use captely_platform::http::{Anonymous, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Accounts;

/// Whether the installation waits for whoever runs it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"needed": false, "sign_up_open": true}))]
pub(crate) struct SetUpState {
    /// Whether nobody has set it up yet.
    needed: bool,
    /// Whether people may sign up without an invitation.
    sign_up_open: bool,
}

/// Is the installation set up?
#[utoipa::path(
    get, path = "/api/setup", operation_id = "get_set_up", tag = "setup",
    responses((status = 200, description = "Whether it is.", body = SetUpState)),
)]
pub(crate) async fn get_set_up(
    State(accounts): State<Accounts>,
    _anybody: Anonymous,
) -> Result<Json<SetUpState>, Problem> {
    let needed = accounts.needs_set_up().await?;
    Ok(Json(SetUpState { needed, sign_up_open: accounts.settings.sign_up_open }))
}
