mod finish_passkey;
mod finish_passkey_confirm;
mod finish_passkey_login;
mod list_passkeys;
mod remove_passkey;
mod rename_passkey;
mod start_passkey;
mod start_passkey_confirm;
mod start_passkey_login;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_passkeys::list_passkeys))
        .routes(routes!(start_passkey::start_passkey))
        .routes(routes!(finish_passkey::finish_passkey))
        .routes(routes!(rename_passkey::rename_passkey, remove_passkey::remove_passkey))
        .routes(routes!(start_passkey_login::start_passkey_login))
        .routes(routes!(finish_passkey_login::finish_passkey_login))
        .routes(routes!(start_passkey_confirm::start_passkey_confirm))
        .routes(routes!(finish_passkey_confirm::finish_passkey_confirm))
}
