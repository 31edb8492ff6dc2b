use axum::extract::State;
use captely_platform::http::{Anonymous, Paged, Problem, Tagged};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Accounts;

/// Somebody to sign in with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderItem {
    /// As it stands in paths.
    #[schema(example = "google")]
    provider: &'static str,
    /// As people write it.
    #[schema(example = "Google")]
    name: String,
}

/// With whom people can sign in
#[utoipa::path(
    get, path = "/api/auth/oidc", operation_id = "list_providers", tag = "auth",
    responses((status = 200, description = "In the order in which to offer them.", body = Paged<ProviderItem>)),
)]
pub(crate) async fn list_providers(
    State(accounts): State<Accounts>,
    _anybody: Anonymous,
) -> Result<Tagged<Paged<ProviderItem>>, Problem> {
    let items = accounts
        .providers_on()
        .map(|name| ProviderItem { provider: name.word(), name: name.to_string() });
    Ok(Tagged(Paged { items: items.collect(), next: None }))
}
