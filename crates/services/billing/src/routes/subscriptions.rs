mod cancel_subscription;
mod change_subscription;
mod create_subscription;
mod get_subscription;
mod resume_subscription;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::BillingRoutes;
use super::show::{InvoiceItem, SubscriptionItem};
use crate::stripe::ToDo;
use crate::subscribe::Outcome;

pub(super) fn routes() -> OpenApiRouter<BillingRoutes> {
    OpenApiRouter::new()
        .routes(routes!(
            get_subscription::get_subscription,
            create_subscription::create_subscription,
            change_subscription::change_subscription
        ))
        .routes(routes!(cancel_subscription::cancel_subscription))
        .routes(routes!(resume_subscription::resume_subscription))
}

/// How the plan stands now, and what waits for its payment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changed {
    /// What is in force.
    subscription: SubscriptionItem,
    /// What was ordered, until it is paid.
    order: Option<SubscriptionItem>,
    /// What is to be paid for it.
    invoice: Option<InvoiceItem>,
    /// Where it is paid, with Stripe.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://checkout.stripe.com/c/pay/cs_example")]
    checkout_url: Option<String>,
    /// The call to Stripe that follows; not shown.
    #[schema(ignore)]
    todo: Option<ToDo>,
}

impl Changed {
    pub(super) fn of(outcome: &Outcome) -> Self {
        Self {
            subscription: SubscriptionItem::of(&outcome.current),
            order: outcome.order.as_ref().map(SubscriptionItem::of),
            invoice: outcome.invoice.as_ref().map(InvoiceItem::of),
            checkout_url: None,
            todo: outcome.todo,
        }
    }
}
