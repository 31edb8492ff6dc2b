use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Anonymous, Body, Email, PerMinute, Problem, Text};
use captely_platform::secrets::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::routes::origin::From;
use crate::service::Accounts;
use crate::sign_up::{CODE_MINUTES, SignUp};

/// Somebody who wants an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.com", "password": "correct horse battery", "name": "Ada Example"}))]
pub(crate) struct RegisterInput {
    /// A business address.
    #[schema(value_type = Email)]
    email: Email,
    /// 12 to 128 characters that are not easily guessed.
    #[schema(value_type = String, min_length = 12, max_length = 128)]
    password: Secret,
    #[schema(value_type = Text<1, 100>)]
    name: Text<1, 100>,
    /// The name of their first workspace.
    #[serde(default)]
    #[schema(value_type = Option<Text<1, 100>>)]
    workspace: Option<Text<1, 100>>,
}

/// A sign-up that waits for its code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"registration": "cptg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "code_minutes": 10}))]
pub(crate) struct Registered {
    /// Hand it in with the code, at POST /api/auth/verify-email.
    registration: String,
    /// How long the code is good.
    code_minutes: u32,
}

/// Ask for an account
///
/// Sends a code of six digits to the address. The answer is the same where the address has an account:
/// its owner is then told so by mail.
#[utoipa::path(
    post, path = "/api/auth/register", operation_id = "register", tag = "auth",
    request_body = RegisterInput,
    responses(
        (status = 202, description = "A code was sent.", body = Registered),
        (status = 403, description = "Accounts are by invitation only."),
    ),
)]
pub(crate) async fn register(
    State(accounts): State<Accounts>,
    _limit: PerMinute<5>,
    _anybody: Anonymous,
    From(from): From,
    Body(input): Body<RegisterInput>,
) -> Result<(StatusCode, Json<Registered>), Problem> {
    let wish = SignUp {
        email: input.email.0,
        password: input.password,
        name: input.name.into_string(),
        workspace: input.workspace.map(Text::into_string).unwrap_or_default(),
    };
    let token = accounts.sign_up(wish, &from).await?;
    let registration = token.expose().to_owned();
    Ok((StatusCode::ACCEPTED, Json(Registered { registration, code_minutes: CODE_MINUTES })))
}
