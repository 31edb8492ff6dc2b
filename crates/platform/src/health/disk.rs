use std::io;
use std::path::Path;

use serde::Serialize;
use tokio::sync::Semaphore;
use utoipa::ToSchema;

/// One question at a time: while a disk hangs, probes must not use up the threads of the runtime.
static ASKING: Semaphore = Semaphore::const_new(1);

/// The file system of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HealthDisk)]
pub struct Disk {
    /// Bytes that we may still write.
    pub free_bytes: u64,
    /// Its size in bytes.
    pub total_bytes: u64,
}

/// Asks the system; on a thread of its own, because a network disk may hang.
pub(super) async fn of(folder: &Path) -> io::Result<Disk> {
    let folder = folder.to_owned();
    let asking = ASKING.acquire().await.map_err(io::Error::other)?;
    tokio::task::spawn_blocking(move || {
        let _asking = asking;
        let stat = rustix::fs::statvfs(folder)?;
        Ok(Disk {
            free_bytes: stat.f_bavail.saturating_mul(stat.f_frsize),
            total_bytes: stat.f_blocks.saturating_mul(stat.f_frsize),
        })
    })
    .await?
}
