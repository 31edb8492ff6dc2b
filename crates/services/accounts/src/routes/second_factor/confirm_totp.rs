use axum::Json;
use axum::extract::State;
use captely_platform::http::{Body, PerMinute, Problem, SignedIn};
use captely_platform::secrets::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::routes::origin::From;
use crate::service::Accounts;

/// The first code of an app.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "123456"}))]
pub(crate) struct TotpCode {
    /// What the app shows now.
    #[schema(value_type = String, max_length = 20)]
    code: Secret,
}

/// Ways in for somebody who lost the app, each good once. They are shown once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"recovery_codes": ["7k2mq-x9f0a", "0a1b2-c3d4e"]}))]
pub(crate) struct RecoveryCodes {
    /// Ten of them.
    recovery_codes: Vec<String>,
}

impl RecoveryCodes {
    pub(super) fn new(codes: &[Secret]) -> Self {
        Self { recovery_codes: codes.iter().map(|code| code.expose().to_owned()).collect() }
    }
}

/// Turn the second factor on
///
/// From now on signing in needs a code of the app. Needs a fresh proof of who one is.
#[utoipa::path(
    post, path = "/api/auth/totp/confirm", operation_id = "confirm_totp", tag = "auth",
    request_body = TotpCode,
    responses(
        (status = 200, description = "It is on.", body = RecoveryCodes),
        (status = 401, description = "The code is wrong."),
        (status = 409, description = "An app is set up already."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn confirm_totp(
    State(accounts): State<Accounts>,
    _limit: PerMinute<10>,
    who: SignedIn,
    From(from): From,
    Body(input): Body<TotpCode>,
) -> Result<Json<RecoveryCodes>, Problem> {
    let codes = accounts.confirm_totp(&who, &input.code, &from).await?;
    Ok(Json(RecoveryCodes::new(&codes)))
}
