use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::{ASK_TIME_MAX, Operations};
use crate::db::DbError;
use crate::health::Reach;
use crate::http::Http;

/// Whether this process may be sent requests.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Whether it may.
    ready: bool,
    database: Reach,
    tables: Tables,
    /// Whether it is about to end.
    stopping: bool,
}

/// What the tables are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReadyTables)]
pub(super) enum Tables {
    /// As this program needs them.
    Current,
    /// Older: a migration has not been run.
    Behind,
    /// Another program's, most likely a newer captely's.
    Foreign,
    /// The database does not answer.
    Unknown,
}

/// May this process be sent requests?
///
/// For load balancers and orchestrators: the database answers, its tables are of this version, and the
/// process is not about to end. What is found out of the database is told again for a second.
#[utoipa::path(
    get, path = "/api/ready", operation_id = "get_ready", tag = "operations",
    responses(
        (status = 200, description = "It may.", body = Readiness, example = json!({
            "ready": true, "database": "connected", "tables": "current", "stopping": false,
        })),
        (status = 503, description = "Not now; send requests elsewhere.", body = Readiness, example = json!({
            "ready": false, "database": "unreachable", "tables": "unknown", "stopping": false,
        })),
    ),
)]
pub(super) async fn get_ready(
    State(http): State<Http>,
    Extension(operations): Extension<Operations>,
) -> Response {
    let tables = operations.tables(&http).await;
    let stopping = operations.is_stopping();
    let database = if tables == Tables::Unknown { Reach::Unreachable } else { Reach::Connected };
    let ready = tables == Tables::Current && !stopping;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, database, tables, stopping })).into_response()
}

impl Operations {
    async fn tables(&self, http: &Http) -> Tables {
        let asked = async {
            match timeout(ASK_TIME_MAX, http.db.pending(&self.0.migrations)).await {
                Ok(Ok(missing)) if missing.is_empty() => Tables::Current,
                Ok(Ok(_missing)) => Tables::Behind,
                Ok(Err(DbError::Migration(_))) => Tables::Foreign,
                Ok(Err(_)) | Err(_) => Tables::Unknown,
            }
        };
        self.0.tables.get(&*http.clock, asked).await
    }
}
