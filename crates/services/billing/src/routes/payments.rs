mod list_payments;
mod set_billing_details;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::BillingRoutes;

pub(super) fn routes() -> OpenApiRouter<BillingRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_payments::list_payments))
        .routes(routes!(set_billing_details::set_billing_details))
}
