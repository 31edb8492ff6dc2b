mod disable_person;
mod enable_person;
mod list_all_workspaces;
mod list_installation_audit;
mod list_people;
mod set_workspace_tier;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_all_workspaces::list_all_workspaces))
        .routes(routes!(set_workspace_tier::set_workspace_tier))
        .routes(routes!(list_people::list_people))
        .routes(routes!(disable_person::disable_person))
        .routes(routes!(enable_person::enable_person))
        .routes(routes!(list_installation_audit::list_installation_audit))
}
