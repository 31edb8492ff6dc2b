mod begin_totp;
mod confirm_totp;
mod get_second_factor;
mod new_recovery_codes;
mod remove_totp;
mod show_second_factor;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .routes(routes!(
            get_second_factor::get_second_factor,
            show_second_factor::show_second_factor
        ))
        .routes(routes!(begin_totp::begin_totp, remove_totp::remove_totp))
        .routes(routes!(confirm_totp::confirm_totp))
        .routes(routes!(new_recovery_codes::new_recovery_codes))
}
