use axum::extract::State;
use captely_contact::Timestamp;
use captely_platform::http::{Fields, Member, Page, Paged, Picked, Problem, Query};
use captely_platform::ids::ImportId;

use super::{ImportRoutes, ImportView};

/// The workspace's imports
#[utoipa::path(
    get, path = "/api/imports", operation_id = "list_imports", tag = "imports",
    params(Page),
    responses((status = 200, description = "The newest first.", body = Paged<ImportView>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn list_imports(
    State(all): State<ImportRoutes>,
    who: Member,
    Query(page): Query<Page>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let limit = page.limit()?;
    let before: Option<(i64, ImportId)> = page.after()?;
    let before = before.map(|(at, id)| (Timestamp::micros(at), id));
    let found = all.imports.newest(who.workspace, before, limit.saturating_add(1)).await?;
    let found = Paged::of(found, limit, |one| (one.created_at.as_micros(), one.id));
    let items = found.items.into_iter().map(ImportView::of).collect();
    fields.pick(&Paged::<ImportView> { items, next: found.next })
}
