//! The search for duplicates at the end of an import, in the same process.

use std::sync::Arc;
use std::time::Duration;

use captely_crm::{Crm, FindDuplicates};
use captely_imports::LOCAL_SEARCHES;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError};
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{Handler as _, Verdict, claim_group, finish};
use serde::Serialize;

use crate::commands::local::{Local, ledger};

/// How long a search is this process's. Who takes the data folder after it has its jobs at once.
const LEASE: Duration = Duration::from_hours(1);
/// Searches of one import: its own, and those that earlier ones could not end.
const SEARCHES_MAX: u32 = 10;

/// What came of the searches.
#[derive(Debug, Default, Serialize)]
pub(super) struct Found {
    /// Questions that are new or asked anew.
    asked: u64,
    /// Contacts that were merged into others.
    merged: u64,
    /// Why one came to no end, in sentences.
    trouble: Vec<String>,
}

impl Found {
    /// What there is to say of it.
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        if self.merged > 0 {
            said.push(format!("{} contact(s) were merged: the same beyond doubt", self.merged));
        }
        if self.asked > 0 {
            said.push(format!("{} may be duplicates: captely duplicates list", self.asked));
        }
        said.extend(
            self.trouble.iter().map(|why| format!("duplicates were not looked for: {why}")),
        );
        said
    }
}

/// Looks for duplicates of whom imports of this machine's files have made.
pub(super) struct Searcher {
    db: Db,
    clock: Arc<dyn Clock>,
    worker: String,
    handler: FindDuplicates,
}

impl Searcher {
    pub(super) fn of(local: &Local) -> Self {
        let Local { db, clock, ids, worker, .. } = local;
        let crm = Crm {
            db: db.clone(),
            ids: Arc::clone(ids),
            clock: Arc::clone(clock),
            ledger: Some(ledger(db, ids, clock)),
        };
        let (clock, worker) = (Arc::clone(clock), worker.clone());
        Self { db: db.clone(), clock, worker, handler: FindDuplicates(crm) }
    }

    /// Does the searches that wait. One that fails for now waits for the next import, or for a server.
    pub(super) async fn run(&self) -> Result<Found, DbError> {
        let (db, worker, queue) = (&self.db, &self.worker, self.handler.queue());
        let group = (WorkspaceId::LOCAL, LOCAL_SEARCHES);
        let now = self.clock.now();
        let waiting = claim_group(db, worker, queue, group, SEARCHES_MAX, LEASE, now).await?;
        let (mut out, mut verdicts) = (Found::default(), Vec::with_capacity(waiting.len()));
        for job in waiting {
            let verdict = match self.handler.search(&job).await {
                Ok(found) => {
                    out.asked = out.asked.saturating_add(found.asked);
                    out.merged = out.merged.saturating_add(found.merged);
                    Verdict::Done
                }
                Err(verdict) => {
                    if let Verdict::Fail { why } | Verdict::Trouble { why } = &verdict {
                        out.trouble.push(why.clone());
                    }
                    verdict
                }
            };
            verdicts.push((job, verdict));
        }
        let mut tx = db.writer().await?;
        finish(&mut tx, worker, &verdicts, self.clock.now()).await?;
        tx.commit().await?;
        Ok(out)
    }
}
