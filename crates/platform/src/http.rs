//! What every HTTP operation stands on. A request goes through [`layers`], then through the extractor
//! that says who asks ([`Member`] and its kin: the only way to a workspace), then to its operation in
//! some service's `routes/`. [`Problem`] is the only thing that writes an error body, and is logged once.

pub mod codes;
pub mod limits;

mod anonymous;
mod body;
mod caller;
mod client_address;
mod cors;
mod credentials;
mod csrf;
mod docs;
mod download;
mod errors_page;
mod etag;
mod fields;
mod files;
mod files_problem;
mod layers;
mod live;
mod members;
mod moment;
mod multipart;
mod once;
mod openapi;
mod operations;
mod outbox;
mod page;
mod path;
mod pieces;
mod problem;
mod query;
mod request;
mod security_headers;
mod server;
mod state;
mod store;
mod text;
mod upload;

pub use axum::Router;

pub use anonymous::{Anonymous, PerMinute};
pub use body::{Body, parse_json};
pub use caller::{Caller, SignedIn, Superadmin};
pub use codes::Code;
pub use credentials::{access_cookie, cookie};
pub use csrf::{CSRF_HEADER, csrf_token};
pub use docs::docs_routes;
pub use download::{Download, ExportFormat, Pieces};
pub use etag::Tagged;
pub use fields::{Fields, Picked};
pub use files::file_routes;
pub use layers::layered;
pub use live::{Hub, LiveOptions, live_routes};
pub use members::{Admin, ApiKey, Member, Owner, Writer};
pub use moment::moment;
pub use multipart::{Form, Multipart};
pub use once::{Idempotent, Once, OnceError, forget_old, idempotency_key};
pub use openapi::{ApiDocument, finish_document};
pub use operations::{Operations, operations_routes};
pub use outbox::outbox_routes;
pub use page::{Cursor, Page, Paged};
pub use path::Path;
pub use problem::Problem;
pub use query::Query;
pub use request::{ClientAddress, Network, RequestContext};
pub use server::{Listening, ServeError, ServerOptions, came_from, serve};
pub use state::{Http, HttpOptions, Shared};
pub use text::{Email, Text};
pub use upload::Upload;

/// Every statement of this room.
pub fn statements() -> Vec<&'static str> {
    store::statements()
}
