use axum::extract::State;
use captely_platform::http::{Fields, Member, Page, Paged, Picked, Problem, Query};

use super::CrmRoutes;
use super::merge_view::MergeView;

/// Contacts that were made one
#[utoipa::path(
    get, path = "/api/merges", operation_id = "list_merges", tag = "contacts",
    params(Page),
    responses((status = 200, description = "The newest first, undone ones too.", body = Paged<MergeView>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn list_merges(
    State(all): State<CrmRoutes>,
    who: Member,
    Query(page): Query<Page>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let (limit, before) = (page.limit()?, page.after()?);
    let found = all.crm.merges(who.workspace, before, limit.saturating_add(1)).await;
    let found = found.map_err(|why| all.problem(why))?;
    let items = found.into_iter().map(MergeView::of).collect();
    fields.pick(&Paged::of(items, limit, |merge| merge.id))
}
