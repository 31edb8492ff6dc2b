mod choose_workspace;
mod create_workspace;
mod list_workspaces;
mod rename_workspace;
mod transfer_workspace;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_workspaces::list_workspaces, create_workspace::create_workspace))
        .routes(routes!(rename_workspace::rename_workspace))
        .routes(routes!(choose_workspace::choose_workspace))
        .routes(routes!(transfer_workspace::transfer_workspace))
}
