use axum::extract::State;
use captely_platform::http::{Paged, Problem, SignedIn, Tagged};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Accounts;

/// An account elsewhere with which somebody can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityItem {
    #[schema(example = "google")]
    provider: String,
    #[schema(example = "2026-01-05T09:00:00Z")]
    linked_at: String,
    /// When they last signed in with it.
    #[schema(example = "2026-01-05T09:00:00Z")]
    used_at: String,
}

/// One's own accounts elsewhere
#[utoipa::path(
    get, path = "/api/auth/identities", operation_id = "list_identities", tag = "auth",
    responses((status = 200, description = "One a provider at most.", body = Paged<IdentityItem>)),
    security(("session" = [])),
)]
pub(crate) async fn list_identities(
    State(accounts): State<Accounts>,
    who: SignedIn,
) -> Result<Tagged<Paged<IdentityItem>>, Problem> {
    let items = accounts.identities(who.user).await?.into_iter().map(|one| IdentityItem {
        provider: one.provider,
        linked_at: one.linked_at.to_string(),
        used_at: one.used_at.to_string(),
    });
    Ok(Tagged(Paged { items: items.collect(), next: None }))
}
