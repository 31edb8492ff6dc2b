mod take_stripe_event;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::BillingRoutes;

pub(super) fn routes() -> OpenApiRouter<BillingRoutes> {
    OpenApiRouter::new().routes(routes!(take_stripe_event::take_stripe_event))
}
