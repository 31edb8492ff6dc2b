mod list_members;
mod remove_member;
mod update_member;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_members::list_members))
        .routes(routes!(update_member::update_member, remove_member::remove_member))
}
