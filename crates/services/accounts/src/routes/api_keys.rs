mod create_api_key;
mod list_api_keys;
mod rename_api_key;
mod revoke_api_key;

use captely_platform::access::{Role, Scope};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;
use crate::ids::{ApiKeyId, UserId};
use crate::model::ApiKeyRow;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_api_keys::list_api_keys, create_api_key::create_api_key))
        .routes(routes!(rename_api_key::rename_api_key, revoke_api_key::revoke_api_key))
}

/// An API key that was not revoked. The key itself was shown once, when it was made.
#[derive(Debug, Serialize, ToSchema)]
struct ApiKeyItem {
    #[schema(value_type = String, example = "key_019900000000700080000000000000ab")]
    id: ApiKeyId,
    #[schema(example = "Nightly import")]
    name: String,
    /// How it begins.
    #[schema(example = "cptk_Zm9vYmFy")]
    visible: String,
    /// What it may do.
    #[schema(example = json!(["contacts:write"]))]
    scopes: Vec<String>,
    /// The most it may do; today's role of its maker bounds it too.
    role: Role,
    #[schema(value_type = String, example = "usr_019900000000700080000000000000ab")]
    created_by: UserId,
    #[schema(example = "2026-01-05T09:00:00Z")]
    created_at: String,
    /// Null for one that does not run out.
    #[schema(example = "2026-04-05T09:00:00Z")]
    expires_at: Option<String>,
    /// When it was last used, to the minute.
    #[schema(example = "2026-01-06T09:00:00Z")]
    used_at: Option<String>,
    /// From where.
    #[schema(example = "203.0.113.7")]
    used_address: Option<String>,
}

impl ApiKeyItem {
    fn of(key: ApiKeyRow) -> Self {
        Self {
            id: key.id,
            name: key.name,
            visible: key.visible,
            scopes: key.scopes.iter().map(Scope::to_string).collect(),
            role: key.role,
            created_by: key.created_by,
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|at| at.to_string()),
            used_at: key.used_at.map(|at| at.to_string()),
            used_address: key.used_address,
        }
    }
}
