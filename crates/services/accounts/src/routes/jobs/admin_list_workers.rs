use axum::extract::State;
use captely_contact::Timestamp;
use captely_platform::http::{Http, Paged, Problem, Superadmin, Tagged};
use captely_platform::jobs::Worker;
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Accounts;

/// A process that works on jobs, as it was last seen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkerItem {
    #[schema(example = "host-4711/worker")]
    name: String,
    /// The machine it runs on.
    #[schema(example = "host")]
    host: String,
    #[schema(example = 4711)]
    pid: u32,
    /// Of the program.
    #[schema(example = "0.1.0")]
    version: String,
    /// What it works on.
    #[schema(example = json!(["enrich_batch.v1"]))]
    queues: Vec<String>,
    #[schema(example = "2026-01-05T09:00:00Z")]
    started_at: String,
    /// Its last sign of life.
    #[schema(example = "2026-01-05T09:30:00Z")]
    seen_at: String,
    /// Whether that was a short while ago.
    alive: bool,
    /// Jobs under way then.
    #[schema(example = 3)]
    running: u32,
}

/// Processes that work on jobs
///
/// Also those that died in the last hour; one that ended in good order is not listed.
#[utoipa::path(
    get, path = "/api/admin/workers", operation_id = "admin_list_workers", tag = "admin",
    responses((status = 200, description = "By name.", body = Paged<WorkerItem>)),
    security(("session" = [])),
)]
pub(crate) async fn admin_list_workers(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _who: Superadmin,
) -> Result<Tagged<Paged<WorkerItem>>, Problem> {
    let now = http.now();
    let items = accounts.workers().await?.into_iter().map(|worker| item(worker, now));
    Ok(Tagged(Paged { items: items.collect(), next: None }))
}

fn item(worker: Worker, now: Timestamp) -> WorkerItem {
    WorkerItem {
        alive: worker.is_alive(now),
        name: worker.name,
        host: worker.host,
        pid: worker.pid,
        version: worker.version,
        queues: worker.queues,
        started_at: worker.started_at.to_string(),
        seen_at: worker.seen_at.to_string(),
        running: worker.running,
    }
}
