mod callback;
mod finish_oidc;
mod finish_oidc_form;
mod link_identity;
mod list_identities;
mod list_providers;
mod start_oidc;
mod unlink_identity;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;

/// Apple's form has a code, a state and a name.
const FORM_BYTES_MAX: usize = 32 * 1024;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    let callback = OpenApiRouter::new()
        .routes(routes!(finish_oidc::finish_oidc, finish_oidc_form::finish_oidc_form))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX));
    OpenApiRouter::new()
        .routes(routes!(list_providers::list_providers))
        .routes(routes!(start_oidc::start_oidc))
        .merge(callback)
        .routes(routes!(list_identities::list_identities))
        .routes(routes!(link_identity::link_identity))
        .routes(routes!(unlink_identity::unlink_identity))
}
