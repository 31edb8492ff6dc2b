mod list_reconciliation;
mod pay_invoice;
mod refund_invoice;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::BillingRoutes;

pub(super) fn routes() -> OpenApiRouter<BillingRoutes> {
    OpenApiRouter::new()
        .routes(routes!(pay_invoice::pay_invoice))
        .routes(routes!(refund_invoice::refund_invoice))
        .routes(routes!(list_reconciliation::list_reconciliation))
}
