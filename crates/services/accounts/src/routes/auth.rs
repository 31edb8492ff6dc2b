mod change_password;
mod confirm;
mod end_other_sessions;
mod end_session;
mod forgot_password;
mod get_csrf;
mod get_me;
mod get_preferences;
mod list_sessions;
mod login;
mod logout;
mod refresh;
mod register;
mod resend_code;
mod reset_password;
mod update_me;
mod update_preferences;
mod verify_email;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(verify_email::verify_email))
        .routes(routes!(resend_code::resend_code))
        .routes(routes!(login::login))
        .routes(routes!(logout::logout))
        .routes(routes!(refresh::refresh))
        .routes(routes!(get_me::get_me, update_me::update_me))
        .routes(routes!(get_csrf::get_csrf))
        .routes(routes!(get_preferences::get_preferences, update_preferences::update_preferences))
        .routes(routes!(list_sessions::list_sessions, end_other_sessions::end_other_sessions))
        .routes(routes!(end_session::end_session))
        .routes(routes!(forgot_password::forgot_password))
        .routes(routes!(reset_password::reset_password))
        .routes(routes!(change_password::change_password))
        .routes(routes!(confirm::confirm))
}
