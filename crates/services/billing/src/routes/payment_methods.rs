mod list_payment_methods;
mod open_portal;
mod remove_payment_method;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::BillingRoutes;

pub(super) fn routes() -> OpenApiRouter<BillingRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_payment_methods::list_payment_methods))
        .routes(routes!(remove_payment_method::remove_payment_method))
        .routes(routes!(open_portal::open_portal))
}
