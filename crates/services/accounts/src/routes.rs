//! The HTTP operations of this service, one a file.

mod admin;
mod api_keys;
mod audit;
mod auth;
mod cookies;
mod elsewhere;
mod invitations;
mod jobs;
mod jobs_page;
mod members;
mod origin;
mod passkeys;
mod second_factor;
mod set_up;
mod workspaces;

pub use origin::From as RequestOrigin;

use axum::extract::FromRef;
use captely_platform::http::Http;
use utoipa_axum::router::OpenApiRouter;

use crate::service::Accounts;

/// What the operations work with.
#[derive(Debug, Clone)]
pub struct AccountRoutes {
    /// What all operations share.
    pub http: Http,
    /// This service.
    pub accounts: Accounts,
}

impl FromRef<AccountRoutes> for Http {
    fn from_ref(all: &AccountRoutes) -> Self {
        all.http.clone()
    }
}

impl FromRef<AccountRoutes> for Accounts {
    fn from_ref(all: &AccountRoutes) -> Self {
        all.accounts.clone()
    }
}

/// All operations, with their part of the API's document.
pub fn routes(state: AccountRoutes) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(admin::routes())
        .merge(api_keys::routes())
        .merge(audit::routes())
        .merge(auth::routes())
        .merge(second_factor::routes())
        .merge(passkeys::routes())
        .merge(elsewhere::routes())
        .merge(invitations::routes())
        .merge(jobs::routes())
        .merge(jobs_page::routes())
        .merge(members::routes())
        .merge(set_up::routes())
        .merge(workspaces::routes())
        .with_state(state)
}
