use std::time::Duration;

use captely_contact::Timestamp;
use captely_crm::{Search, duplicate_settings, find_duplicates_job};
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, ImportId, WorkspaceId};
use captely_platform::jobs::{NewJob, push};
use serde_json::json;
use uuid::{Builder, Uuid};

use crate::forget_person::at_the_end;
use crate::stop::heed;
use crate::store::{advance, list};
use crate::{Import, ImportJob, Importer, Imports, ImportsError, Wanted};

/// By how much the clocks of two machines may differ: contacts have ids by the clock of the machine that made them.
const SKEW_MAX: Duration = Duration::from_mins(1);

/// The searches for duplicates that imports of this machine's files leave, as a group of jobs of the workspace: whoever
/// has imported one works on it, since there may be no server.
pub const LOCAL_SEARCHES: Uuid = Uuid::from_u128(3);

impl Imports {
    /// Every row of an import is in: listeners are told, and the new contacts are looked at for duplicates. False,
    /// and nothing of that done, where it is known already, or somebody ended the import before: it is stopped.
    pub(crate) async fn finish(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
        notes: &[String],
    ) -> Result<bool, ImportsError> {
        let now = self.clock.now();
        let locked = advance::lock(tx, workspace, id).await?;
        // Who ends it while the last rows come in has been told that it ends. A pause comes too late.
        if locked.wanted == Wanted::Cancel {
            heed(tx, &self.ids, (workspace, id), &locked, now).await?;
            return Ok(false);
        }
        if !advance::finish(tx, workspace, id, notes, now).await? {
            return Ok(false);
        }
        let job = self.get(tx, workspace, id).await?;
        let counts = json!({
            "rows": job.counts.rows, "created": job.counts.created, "updated": job.counts.updated,
            "merged": job.counts.merged, "skipped": job.counts.skipped,
            "rows_unreadable": job.counts.faults,
        });
        self.publish(tx, workspace, id, "import.done", counts).await?;
        self.verify_if_asked(tx, workspace, id).await?;
        at_the_end(tx, &self.ids, (workspace, id), now).await?;
        let search = search(tx, workspace, &job, now).await?;
        push(tx, &self.ids, search).await?;
        Ok(true)
    }
}

impl Importer {
    /// Every row is in; duplicates of those whom it made are left to be looked for where that is wanted, not where
    /// somebody else was first.
    pub(crate) async fn finish(&self, import: &Import, searches: bool) -> Result<(), DbError> {
        let (workspace, now) = (self.workspace, self.clock.now());
        let mut tx = self.db.writer().await?;
        let done = advance::finish(&mut tx, workspace, import.id, &import.notes, now).await?;
        if done
            && searches
            && let Some(job) = list::one(&mut tx, workspace, import.id).await?
        {
            let search = search(&mut tx, workspace, &job, now).await?.into_iter();
            let search = search.map(|job| NewJob { group: Some(LOCAL_SEARCHES), ..job });
            push(&mut tx, &self.ids, search.collect()).await?;
        }
        tx.commit().await
    }
}

/// What looks for duplicates of those whom an import made, where it made any, as the workspace has set it.
pub(crate) async fn search(
    tx: &mut Tx,
    workspace: WorkspaceId,
    job: &ImportJob,
    now: Timestamp,
) -> Result<Vec<NewJob>, DbError> {
    if job.counts.created == 0 {
        return Ok(Vec::new());
    }
    let merge_same = duplicate_settings(tx, workspace).await?.merge_same;
    let search = Search { after: before_its_contacts(job), merge_same };
    Ok(vec![find_duplicates_job(workspace, search, now)])
}

/// An id that those of all contacts which an import made are behind: ids grow with time. Not the import's own: a file
/// may wait for weeks before it is begun.
fn before_its_contacts(job: &ImportJob) -> Option<ContactId> {
    let micros = job.started_at?.minus(SKEW_MAX).as_micros();
    let ms = u64::try_from(micros / 1_000).unwrap_or(0);
    Some(Builder::from_unix_timestamp_millis(ms, &[0; 10]).into_uuid().into())
}
