use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use captely_platform::http::{Anonymous, Body, Email, Http, PerMinute, Problem};
use captely_platform::secrets::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::routes::cookies::{self, SessionAnswer, Transport};
use crate::routes::origin::From;
use crate::service::Accounts;
use crate::sign_in::SignedIn;

/// Address and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.com", "password": "correct horse battery"}))]
pub(crate) struct LoginInput {
    #[schema(value_type = Email)]
    email: Email,
    #[schema(value_type = String, max_length = 512)]
    password: Secret,
    /// Whether the session outlives the browser: 30 days instead of 12 hours without use.
    #[serde(default)]
    remember: bool,
    #[serde(default)]
    transport: Transport,
}

/// The password is right; a second factor is needed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"challenge": "cptc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]
pub(crate) struct SecondFactorNeeded {
    /// Hand it in with the code, at POST /api/auth/second-factor.
    challenge: String,
}

/// Sign in
///
/// Gives tokens, or cookies where `transport` is `cookie`. Who has a second factor gets a challenge.
#[utoipa::path(
    post, path = "/api/auth/login", operation_id = "login", tag = "auth",
    request_body = LoginInput,
    responses(
        (status = 200, description = "Signed in.", body = SessionAnswer),
        (status = 202, description = "A second factor is needed.", body = SecondFactorNeeded),
        (status = 401, description = "The address or the password is wrong."),
        (status = 409, description = "The account was changed while the password was checked; try again."),
    ),
)]
pub(crate) async fn login(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<10>,
    _anybody: Anonymous,
    From(from): From,
    Body(input): Body<LoginInput>,
) -> Result<Response, Problem> {
    let signed_in =
        accounts.sign_in(&input.email.0, &input.password, input.remember, &from).await?;
    Ok(match signed_in {
        SignedIn::Opened(opened) => {
            cookies::opened(&http, &opened, input.transport, StatusCode::OK)
        }
        SignedIn::SecondFactor(challenge) => {
            let challenge = challenge.expose().to_owned();
            (StatusCode::ACCEPTED, Json(SecondFactorNeeded { challenge })).into_response()
        }
    })
}
