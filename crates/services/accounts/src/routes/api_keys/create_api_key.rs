use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_platform::access::{Role, Scopes};
use captely_platform::db::Tx;
use captely_platform::http::{Http, Idempotent, Problem, Text, Writer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiKeyItem;
use crate::api_keys::KeyWish;
use crate::error::AccountError;
use crate::routes::origin::From;
use crate::service::Accounts;

/// The longest life of a key that runs out.
const DAYS_MAX: u32 = 365;

/// A key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Nightly import", "scopes": ["contacts:write"], "expires_in_days": 90}))]
pub(crate) struct CreateApiKeyInput {
    #[schema(value_type = Text<1, 100>)]
    name: Text<1, 100>,
    /// `contacts:read`, `contacts:write` (which includes reading), `*:read`, or `*` for everything.
    #[schema(min_items = 1, max_items = 50)]
    scopes: Vec<String>,
    /// The most it may do: no more than oneself. Where it is left out, one's own role up to user.
    #[serde(default)]
    role: Option<Role>,
    /// When it runs out; null or left out for never.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 365)]
    expires_in_days: Option<u32>,
}

/// A key that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedApiKey {
    /// The key: it is shown this once.
    #[schema(example = "cptk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    key: String,
    #[serde(flatten)]
    item: ApiKeyItem,
}

/// Make an API key
///
/// For oneself, in person: a key makes no keys. One has at most 50.
#[utoipa::path(
    post, path = "/api/api-keys", operation_id = "create_api_key", tag = "api keys",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeated, it makes no second one.", max_length = 255)),
    request_body = CreateApiKeyInput,
    responses(
        (status = 201, description = "Made.", body = CreatedApiKey),
        (status = 409, description = "One has 50 keys."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn create_api_key(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    who: Writer,
    From(from): From,
    Idempotent { input, once }: Idempotent<CreateApiKeyInput>,
) -> Result<Response, Problem> {
    who.in_person()?;
    let wish = wish(input)?;
    let made = once.run(&http, StatusCode::CREATED, async |tx: &mut Tx| {
        let (row, key) = accounts.make_api_key(tx, &who, wish, &from).await?;
        let key = key.expose().to_owned();
        Ok::<_, AccountError>(CreatedApiKey { key, item: ApiKeyItem::of(row) })
    });
    Ok(made.await?)
}

fn wish(input: CreateApiKeyInput) -> Result<KeyWish, Problem> {
    let wrong = |said: String| Problem::invalid("scopes", format!("scopes: {said}."));
    if input.scopes.is_empty() {
        return Err(wrong("a key has one at least".to_owned()));
    }
    let scopes = input.scopes.iter().map(|scope| scope.parse()).collect::<Result<_, _>>();
    let scopes = scopes.and_then(Scopes::new).map_err(wrong)?;
    if input.expires_in_days.is_some_and(|days| !(1..=DAYS_MAX).contains(&days)) {
        let said = format!("expires_in_days is from 1 to {DAYS_MAX}, or null.");
        return Err(Problem::invalid("expires_in_days", said));
    }
    let (name, days) = (input.name.into_string(), input.expires_in_days);
    Ok(KeyWish { name, scopes, role: input.role, days })
}
