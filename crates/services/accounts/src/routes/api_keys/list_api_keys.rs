use axum::extract::State;
use captely_platform::http::{Fields, Member, Page, Paged, Picked, Problem, Query};

use super::ApiKeyItem;
use crate::service::Accounts;

/// API keys
///
/// One's own; for admins all of the workspace.
#[utoipa::path(
    get, path = "/api/api-keys", operation_id = "list_api_keys", tag = "api keys",
    params(Page),
    responses((status = 200, description = "The newest first.", body = Paged<ApiKeyItem>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn list_api_keys(
    State(accounts): State<Accounts>,
    who: Member,
    Query(page): Query<Page>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let limit = page.limit()?;
    let found = accounts.api_keys(&who, page.after()?, limit.saturating_add(1)).await?;
    let found = Paged::of(found, limit, |key| key.id);
    let items = found.items.into_iter().map(ApiKeyItem::of).collect();
    fields.pick(&Paged::<ApiKeyItem> { items, next: found.next })
}
