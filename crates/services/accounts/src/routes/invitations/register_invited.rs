use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_platform::http::{Anonymous, Body, Http, PerMinute, Problem, Text};
use captely_platform::secrets::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::accept::InvitedSignUp;
use crate::routes::cookies::{self, SessionAnswer, Transport};
use crate::routes::origin::From;
use crate::service::Accounts;

/// Somebody who makes an account to accept an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "cpti_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "password": "correct horse battery", "name": "Grace Example"}))]
pub(crate) struct RegisterInvitedInput {
    /// What stands behind the # of the link.
    #[schema(max_length = 100)]
    token: String,
    /// 12 to 128 characters that are not easily guessed.
    #[schema(value_type = String, min_length = 12, max_length = 128)]
    password: Secret,
    #[schema(value_type = Text<1, 100>)]
    name: Text<1, 100>,
    /// Whether the session outlives the browser.
    #[serde(default)]
    remember: bool,
    #[serde(default)]
    transport: Transport,
}

/// Make an account and accept an invitation
///
/// The link was read in the invited mailbox, so no code is asked for.
#[utoipa::path(
    post, path = "/api/invitations/register", operation_id = "register_invited", tag = "invitations",
    request_body = RegisterInvitedInput,
    responses(
        (status = 201, description = "The account is made, has joined and is signed in.", body = SessionAnswer),
        (status = 409, description = "The address has an account: sign in and accept there."),
        (status = 410, description = "The invitation has run out, was used or withdrawn."),
    ),
)]
pub(crate) async fn register_invited(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<5>,
    _anybody: Anonymous,
    From(from): From,
    Body(input): Body<RegisterInvitedInput>,
) -> Result<Response, Problem> {
    let wish = InvitedSignUp {
        token: input.token,
        password: input.password,
        name: input.name.into_string(),
        remember: input.remember,
    };
    let opened = accounts.register_invited(wish, &from).await?;
    Ok(cookies::opened(&http, &opened, input.transport, StatusCode::CREATED))
}
