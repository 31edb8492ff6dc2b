//! Background jobs: of a workspace for its admins, of all for whoever runs the installation.

mod admin_cancel_job;
mod admin_get_job;
mod admin_get_jobs_overview;
mod admin_list_jobs;
mod admin_list_workers;
mod admin_retry_job;
mod cancel_job;
mod get_job;
mod get_jobs_overview;
mod job_item;
mod list_jobs;
mod overview;
mod retry_job;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AccountRoutes;

pub(super) fn routes() -> OpenApiRouter<AccountRoutes> {
    OpenApiRouter::new()
        .routes(routes!(list_jobs::list_jobs))
        .routes(routes!(get_jobs_overview::get_jobs_overview))
        .routes(routes!(get_job::get_job))
        .routes(routes!(retry_job::retry_job))
        .routes(routes!(cancel_job::cancel_job))
        .routes(routes!(admin_list_jobs::admin_list_jobs))
        .routes(routes!(admin_get_jobs_overview::admin_get_jobs_overview))
        .routes(routes!(admin_get_job::admin_get_job))
        .routes(routes!(admin_retry_job::admin_retry_job))
        .routes(routes!(admin_cancel_job::admin_cancel_job))
        .routes(routes!(admin_list_workers::admin_list_workers))
}
