//! What machines ask of the server itself: `GET /api/health`, `GET /api/ready` and `GET /metrics`.
//! Load balancers and scrapers come every few seconds and have no credentials, so no limit counts
//! them; what they could make the database do is done once a moment at most, whoever asks.

mod cached;
mod get_health;
mod get_metrics;
mod get_ready;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Extension;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Http;
use crate::db::Migration;
use crate::health::Health;
use cached::Cached;
use get_ready::Tables;

/// How long the database may take to answer: a probe wants to know within a second.
const ASK_TIME_MAX: Duration = Duration::from_millis(900);
/// How long what was found out for a probe is told again.
const PROBE_GOOD_FOR: Duration = Duration::from_secs(1);
/// The same for counts of jobs.
const COUNTS_GOOD_FOR: Duration = Duration::from_secs(5);

/// What the operations of this room know besides [`Http`]. Clones are cheap.
#[derive(Clone)]
pub struct Operations(Arc<Known>);

struct Known {
    /// Whose disk is looked at.
    data_folder: PathBuf,
    /// What the tables must be like.
    migrations: Vec<Migration>,
    stopping: AtomicBool,
    health: Cached<Health>,
    tables: Cached<Tables>,
    counts: Cached<()>,
    /// Queues that a number was told of: one that has no work left must be told of as empty.
    queues: Mutex<BTreeSet<String>>,
}

impl Operations {
    /// `data_folder`: the one that the program writes to. `migrations`: all of this program.
    pub fn new(data_folder: PathBuf, migrations: &[Migration]) -> Self {
        Self(Arc::new(Known {
            data_folder,
            migrations: migrations.to_vec(),
            stopping: AtomicBool::new(false),
            health: Cached::new(PROBE_GOOD_FOR),
            tables: Cached::new(PROBE_GOOD_FOR),
            counts: Cached::new(COUNTS_GOOD_FOR),
            queues: Mutex::default(),
        }))
    }

    /// From now on this process is not ready: call it before the server is told to stop, so that a load
    /// balancer sends new requests elsewhere.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }
}

/// The three operations.
pub fn operations_routes(operations: Operations) -> OpenApiRouter<Http> {
    OpenApiRouter::new()
        .routes(routes!(get_health::get_health))
        .routes(routes!(get_ready::get_ready))
        .routes(routes!(get_metrics::get_metrics))
        .layer(Extension(operations))
}
