mod export_audit;
mod item;
mod list_audit;
mod query;

use captely_platform::http::{Fields, Paged, Picked, Problem};
use captely_platform::ids::WorkspaceId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use item::AuditItem;
pub(super) use query::{AuditFilter, AuditQuery};

use super::AccountRoutes;
use crate::service::Accounts;
use crate::store;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_audit::list_audit))
        .routes(routes!(export_audit::export_audit))
}

/// A page of the log of one workspace, or of the installation's.
pub(super) async fn page_of(
    accounts: &Accounts,
    workspace: WorkspaceId,
    query: AuditQuery,
    fields: &Fields,
) -> Result<Picked, Problem> {
    let (page, filter) = query.split();
    let (limit, mut wanted) = (page.limit()?, filter.wanted()?);
    wanted.before = page.after()?;
    let rows = store::audit::page(&accounts.db, workspace, wanted, limit.saturating_add(1)).await?;
    let rows = Paged::of(rows, limit, |row| row.id);
    let items = rows.items.into_iter().map(AuditItem::of).collect();
    fields.pick(&Paged::<AuditItem> { items, next: rows.next })
}
