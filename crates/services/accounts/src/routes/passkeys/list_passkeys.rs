use axum::extract::State;
use captely_platform::http::{Paged, Problem, SignedIn, Tagged};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::PasskeyId;
use crate::service::Accounts;

/// A key of somebody's own device.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyItem {
    #[schema(value_type = String, example = "pk_019900000000700080000000000000ab")]
    id: PasskeyId,
    #[schema(example = "Laptop")]
    name: String,
    #[schema(example = "2026-01-05T09:00:00Z")]
    created_at: String,
    /// When it was last used.
    #[schema(example = "2026-01-05T09:00:00Z")]
    used_at: Option<String>,
}

/// One's own passkeys
#[utoipa::path(
    get, path = "/api/auth/passkeys", operation_id = "list_passkeys", tag = "auth",
    responses((status = 200, description = "The oldest first; 20 at most.", body = Paged<PasskeyItem>)),
    security(("session" = [])),
)]
pub(crate) async fn list_passkeys(
    State(accounts): State<Accounts>,
    who: SignedIn,
) -> Result<Tagged<Paged<PasskeyItem>>, Problem> {
    let items = accounts.own_passkeys(who.user).await?.into_iter().map(|key| PasskeyItem {
        id: key.id,
        name: key.name,
        created_at: key.created_at.to_string(),
        used_at: key.used_at.map(|at| at.to_string()),
    });
    Ok(Tagged(Paged { items: items.collect(), next: None }))
}
