mod get_set_up;
mod post_set_up;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new().routes(routes!(get_set_up::get_set_up, post_set_up::set_up))
}
