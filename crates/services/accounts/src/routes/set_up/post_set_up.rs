use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_platform::http::{Anonymous, Body, Email, Http, PerMinute, Problem, Text};
use captely_platform::secrets::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::routes::cookies::{self, SessionAnswer, Transport};
use crate::routes::origin::From;
use crate::service::Accounts;
use crate::set_up::SetUp;

/// Whoever runs the installation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.com", "password": "correct horse battery", "name": "Ada Example", "workspace": "Example Ltd"}))]
pub(crate) struct SetUpInput {
    #[schema(value_type = Email)]
    email: Email,
    /// 12 to 128 characters that are not easily guessed.
    #[schema(value_type = String, min_length = 12, max_length = 128)]
    password: Secret,
    #[schema(value_type = Text<1, 100>)]
    name: Text<1, 100>,
    /// The name of their workspace.
    #[serde(default)]
    #[schema(value_type = Option<Text<1, 100>>)]
    workspace: Option<Text<1, 100>>,
    /// What the server printed at its start; not needed on the machine itself.
    #[serde(default)]
    #[schema(max_length = 100)]
    token: Option<String>,
    #[serde(default)]
    transport: Transport,
}

/// Set up the installation
///
/// Makes the account of whoever runs it: owner of a workspace, and superadmin. Once; people may have
/// signed up before.
#[utoipa::path(
    post, path = "/api/setup", operation_id = "set_up", tag = "setup",
    request_body = SetUpInput,
    responses(
        (status = 201, description = "Set up and signed in.", body = SessionAnswer),
        (status = 403, description = "The token of the server is needed."),
        (status = 409, description = "It is set up already, or the address has an account."),
    ),
)]
pub(crate) async fn set_up(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<5>,
    _anybody: Anonymous,
    From(from): From,
    Body(input): Body<SetUpInput>,
) -> Result<Response, Problem> {
    let wish = SetUp {
        email: input.email.0,
        password: input.password,
        name: input.name.into_string(),
        workspace: input.workspace.map(Text::into_string).unwrap_or_default(),
    };
    // Nobody behind a proxy counts as being here.
    let trusted = from.address.is_loopback();
    let opened = accounts.set_up(wish, input.token.as_deref(), trusted, &from).await?;
    Ok(cookies::opened(&http, &opened, input.transport, StatusCode::CREATED))
}
