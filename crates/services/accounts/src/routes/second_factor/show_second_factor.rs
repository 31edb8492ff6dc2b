use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_platform::http::{Anonymous, Body, Http, PerMinute, Problem};
use captely_platform::secrets::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::routes::cookies::{self, SessionAnswer, Transport};
use crate::routes::origin::From;
use crate::second_factor::FactorProof;
use crate::service::Accounts;

/// The second factor: either `code` or `recovery_code`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"challenge": "cptc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "code": "123456"}))]
pub(crate) struct SecondFactorInput {
    /// What signing in returned; good for five minutes and five tries.
    #[schema(max_length = 100)]
    challenge: String,
    /// What the app shows now.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 20)]
    code: Option<Secret>,
    /// One of the recovery codes, for somebody who lost the app.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 20)]
    recovery_code: Option<Secret>,
    #[serde(default)]
    transport: Transport,
}

impl SecondFactorInput {
    fn proof(&self) -> Result<FactorProof, Problem> {
        match (&self.code, &self.recovery_code) {
            (Some(code), None) => Ok(FactorProof::Code(code.clone())),
            (None, Some(code)) => Ok(FactorProof::RecoveryCode(code.clone())),
            _ => Err(Problem::invalid("code", "Give either code or recovery_code.")),
        }
    }
}

/// Sign in: the second factor
#[utoipa::path(
    post, path = "/api/auth/second-factor", operation_id = "show_second_factor", tag = "auth",
    request_body = SecondFactorInput,
    responses(
        (status = 200, description = "Signed in.", body = SessionAnswer),
        (status = 401, description = "The code is wrong, or was used."),
        (status = 410, description = "The challenge has run out or was used."),
    ),
)]
pub(crate) async fn show_second_factor(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<10>,
    _anybody: Anonymous,
    From(from): From,
    Body(input): Body<SecondFactorInput>,
) -> Result<Response, Problem> {
    let proof = input.proof()?;
    let opened = accounts.finish_second_factor(&input.challenge, &proof, &from).await?;
    Ok(cookies::opened(&http, &opened, input.transport, StatusCode::OK))
}
