//! Writes what came of checks, many in one transaction (ADR 0005).

use std::sync::Arc;
use std::time::Duration;

use captely_platform::db::{Db, DbError};
use captely_platform::ids::{Ids, WorkspaceId};
use captely_platform::jobs::{self, NewJob};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::Verification;
use crate::jobs::verify_again::again;
use crate::model::{Check, CheckSettings, Progress};
use crate::pay::Purse;
use crate::store;
use crate::sweep::UnderWay;

/// Checks of one transaction. More only makes the first of them wait longer.
pub(crate) const GROUP_MAX: usize = 1_024;
/// Least time from the start of one transaction to that of the next: what comes meanwhile goes along.
const GATHER: Duration = Duration::from_millis(20);
/// How often a transaction is tried that another one stood in the way of, or whose connection broke.
const TRIES_MAX: u32 = 6;
/// Before the second try; doubles with each.
const TRY_AGAIN: Duration = Duration::from_millis(50);

/// Where checks are written, and whose they are.
#[derive(Clone)]
pub(crate) struct Writer {
    pub(crate) db: Db,
    pub(crate) ids: Arc<Ids>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) settings: CheckSettings,
    pub(crate) purse: Purse,
}

impl Writer {
    pub(crate) fn of(service: &Verification) -> Self {
        Self {
            db: service.db.clone(),
            ids: Arc::clone(&service.ids),
            workspace: service.workspace,
            settings: service.settings.clone(),
            purse: service.purse(),
        }
    }

    /// Writes what comes until nothing comes any more. An address is no longer under way once its check
    /// can be found in the database.
    pub(crate) async fn run(
        self,
        mut from: mpsc::Receiver<Check>,
        under_way: Arc<UnderWay>,
        progress: Arc<Progress>,
    ) -> Result<(), DbError> {
        let mut group = Vec::with_capacity(GROUP_MAX);
        while from.recv_many(&mut group, GROUP_MAX).await > 0 {
            let next = Instant::now() + GATHER;
            self.write_surely(&group).await?;
            progress.add_asked(group.len());
            for check in group.drain(..) {
                if check.retry_at.is_some() {
                    progress.add_put_off();
                }
                under_way.end(&check.email);
            }
            tokio::time::sleep_until(next).await;
        }
        Ok(())
    }

    async fn write_surely(&self, group: &[Check]) -> Result<(), DbError> {
        let mut pause = TRY_AGAIN;
        for _ in 1..TRIES_MAX {
            match self.write(group).await {
                Err(error) if error.is_retryable() => {
                    tracing::warn!(%error, "Results of checks are written again");
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(2);
                }
                done => return done,
            }
        }
        self.write(group).await
    }

    /// Checks and the jobs that they make necessary are there together or not at all.
    async fn write(&self, group: &[Check]) -> Result<(), DbError> {
        let values = store::checks::values(self.workspace, group)?;
        let jobs = self.jobs(group);
        let mut tx = self.db.writer().await?;
        store::checks::save(&mut tx, values).await?;
        self.purse.settle(&mut tx, group).await?;
        jobs::push(&mut tx, &self.ids, jobs).await?;
        tx.commit().await
    }

    /// The jobs for those checks whose answer was put off.
    pub(crate) fn jobs(&self, checks: &[Check]) -> Vec<NewJob> {
        checks.iter().filter_map(|c| again(self.workspace, self.settings.level, c)).collect()
    }
}
