//! The HTTP operations of this service, one a file.

mod adjust_credits;
mod admin_get_credits;
mod export_credit_history;
mod get_credit_usage;
mod get_credits;
mod history_item;
mod history_query;
mod list_credit_history;
mod list_credit_holds;
mod list_credit_prices;
mod policy_view;
mod update_credit_alerts;
mod usage_view;
mod view;

use axum::extract::FromRef;
use axum::routing::get;
use captely_accounts::Accounts;
use captely_platform::http::{Http, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use history_item::HistoryItem;
pub use usage_view::UsageView;
pub use view::CreditsView;

use crate::{CreditError, Ledger};

/// What the operations work with.
#[derive(Debug, Clone)]
pub struct CreditRoutes {
    /// What all operations share.
    pub http: Http,
    /// For the audit log.
    pub accounts: Accounts,
    /// This service.
    pub ledger: Ledger,
}

impl CreditRoutes {
    /// An error as an answer at this moment.
    fn problem(&self, error: CreditError) -> Problem {
        error.problem(self.ledger.clock().now())
    }
}

impl FromRef<CreditRoutes> for Http {
    fn from_ref(all: &CreditRoutes) -> Self {
        all.http.clone()
    }
}

/// All operations, with their part of the API's document.
pub fn routes(state: CreditRoutes) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(get_credits::get_credits, adjust_credits::adjust_credits))
        // Clients of old end the path so (REQUIREMENTS API-10, API-12).
        .route("/api/credits/", get(get_credits::get_credits).post(adjust_credits::adjust_credits))
        .routes(routes!(list_credit_history::list_credit_history))
        .routes(routes!(export_credit_history::export_credit_history))
        .routes(routes!(list_credit_holds::list_credit_holds))
        .routes(routes!(get_credit_usage::get_credit_usage))
        .routes(routes!(list_credit_prices::list_credit_prices))
        .routes(routes!(update_credit_alerts::update_credit_alerts))
        .routes(routes!(admin_get_credits::admin_get_credits))
        .with_state(state)
}
