mod get_invoice;
mod list_invoices;
mod print_invoice;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::BillingRoutes;

pub(super) fn routes() -> OpenApiRouter<BillingRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_invoices::list_invoices))
        .routes(routes!(get_invoice::get_invoice))
        .routes(routes!(print_invoice::print_invoice))
}
