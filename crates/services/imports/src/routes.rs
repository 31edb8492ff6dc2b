//! The HTTP operations of this service, one a file.

mod ask;
mod begin_upload;
mod cancel_import;
mod complete_upload;
mod create_import;
mod delete_mapping;
mod dry_run_import;
mod dry_run_rows;
mod file_hash;
mod get_import;
mod import_contacts;
mod import_leads;
mod import_view;
mod list_imports;
mod list_mappings;
mod list_parts;
mod list_problems;
mod list_results;
mod part_view;
mod pause_import;
mod preview_import;
mod put_part;
mod resume_import;
mod start_import;
mod start_input;
mod undo_import;
mod verify_import;

use axum::extract::FromRef;
use axum::routing::get;
use captely_platform::http::Http;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use import_view::ImportView;
use start_input::StartInput;

use crate::Imports;

/// What the operations work with.
#[derive(Debug, Clone)]
pub struct ImportRoutes {
    /// What all operations share.
    pub http: Http,
    /// This service.
    pub imports: Imports,
}

impl FromRef<ImportRoutes> for Http {
    fn from_ref(all: &ImportRoutes) -> Self {
        all.http.clone()
    }
}

/// All operations, with their part of the API's document.
pub fn routes(state: ImportRoutes) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list_imports::list_imports, create_import::create_import))
        // Clients of old end the path so (REQUIREMENTS API-05, API-06).
        .route("/api/imports/", get(list_imports::list_imports).post(create_import::create_import))
        .routes(routes!(begin_upload::begin_upload))
        .routes(routes!(put_part::put_upload_part))
        .routes(routes!(list_parts::list_upload_parts))
        .routes(routes!(complete_upload::complete_upload))
        .routes(routes!(list_mappings::list_import_mappings))
        .routes(routes!(delete_mapping::delete_import_mapping))
        .routes(routes!(preview_import::preview_import))
        .routes(routes!(dry_run_rows::export_dry_run_rows))
        .routes(routes!(import_contacts::import_contacts))
        .routes(routes!(import_leads::import_leads))
        .routes(routes!(get_import::get_import))
        .routes(routes!(start_import::start_import))
        .routes(routes!(dry_run_import::dry_run_import))
        .routes(routes!(pause_import::pause_import))
        .routes(routes!(resume_import::resume_import))
        .routes(routes!(cancel_import::cancel_import))
        .routes(routes!(undo_import::undo_import))
        .routes(routes!(verify_import::verify_import))
        .routes(routes!(list_results::list_import_results))
        .routes(routes!(list_problems::export_import_problems))
        .with_state(state)
}
