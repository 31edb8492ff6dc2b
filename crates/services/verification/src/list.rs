use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::db::DbError;
use uuid::Uuid;

use crate::{Verification, store};

/// A round that did not finish goes on for as long; then what troubled its answers is long over.
const ROUND_MAX: Duration = Duration::from_hours(24);

/// A list of addresses under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    /// Known by what is asked: see [`list_id`]. Its jobs have it as their group.
    pub id: Uuid,
    /// When its present round began; what was asked since is not asked again.
    pub since: Timestamp,
    /// When this process opened it.
    pub opened_at: Timestamp,
}

impl List {
    /// Whether an earlier process began the round and did not finish it.
    pub fn is_resumed(&self) -> bool {
        self.since < self.opened_at
    }
}

/// The id of a list: `mark` is a hash of its content and of everything that makes another question of it,
/// such as the level.
pub fn list_id(mark: [u8; 16]) -> Uuid {
    uuid::Builder::from_custom_bytes(mark).into_uuid()
}

impl Verification {
    /// Opens a list: goes on with the round that an earlier process did not finish, or begins one.
    pub async fn open(&self, list: Uuid) -> Result<List, DbError> {
        let now = self.clock.now();
        let mut tx = self.db.writer().await?;
        let oldest = now.minus(ROUND_MAX);
        let since = store::lists::begin(&mut tx, self.workspace, list, now, oldest).await?;
        tx.commit().await?;
        Ok(List { id: list, since, opened_at: now })
    }

    /// The list's result is written: what is asked of it later is a new round, in which troubled answers
    /// are asked again. Jobs for put-off addresses stay.
    pub async fn close(&self, list: &List) -> Result<(), DbError> {
        let mut tx = self.db.writer().await?;
        let now = self.clock.now();
        store::lists::finish(&mut tx, self.workspace, list.id, list.since, now).await?;
        tx.commit().await
    }
}
