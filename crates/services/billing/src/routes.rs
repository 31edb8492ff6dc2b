//! The HTTP operations of this service, one a file.

mod act;
mod admin;
mod invoices;
mod key;
mod packages;
mod payment_methods;
mod payments;
mod purchases;
mod show;
mod subscriptions;
mod webhook;

use axum::extract::FromRef;
use captely_platform::http::Http;
use utoipa_axum::router::OpenApiRouter;

use crate::service::Billing;

/// What the operations work with.
#[derive(Clone)]
pub struct BillingRoutes {
    /// The platform's part.
    pub http: Http,
    /// The service.
    pub billing: Billing,
}

impl FromRef<BillingRoutes> for Http {
    fn from_ref(state: &BillingRoutes) -> Self {
        state.http.clone()
    }
}

impl FromRef<BillingRoutes> for Billing {
    fn from_ref(state: &BillingRoutes) -> Self {
        state.billing.clone()
    }
}

/// All operations of this service, with their documentation.
pub fn routes(state: BillingRoutes) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(packages::routes())
        .merge(subscriptions::routes())
        .merge(purchases::routes())
        .merge(payments::routes())
        .merge(invoices::routes())
        .merge(payment_methods::routes())
        .merge(webhook::routes())
        .merge(admin::routes())
        .with_state(state)
}
