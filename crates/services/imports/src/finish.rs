use std::time::Duration;

use captely_crm::{Search, find_duplicates_job};
use captely_platform::db::Tx;
use captely_platform::ids::{ContactId, ImportId, WorkspaceId};
use captely_platform::jobs::push;
use serde_json::json;
use uuid::Builder;

use crate::stop::heed;
use crate::store::advance;
use crate::{ImportJob, Imports, ImportsError, Wanted};

/// By how much the clocks of two machines may differ: contacts have ids by the clock of the machine that made them.
const SKEW_MAX: Duration = Duration::from_mins(1);

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
        if job.counts.created > 0 {
            let search = Search { after: before_its_contacts(&job), merge_same: false };
            push(tx, &self.ids, vec![find_duplicates_job(workspace, search, now)]).await?;
        }
        Ok(true)
    }
}

/// An id that those of all contacts which an import made are behind: ids grow with time. Not the import's own: a file
/// may wait for weeks before it is begun.
fn before_its_contacts(job: &ImportJob) -> Option<ContactId> {
    let micros = job.started_at?.minus(SKEW_MAX).as_micros();
    let ms = u64::try_from(micros / 1_000).unwrap_or(0);
    Some(Builder::from_unix_timestamp_millis(ms, &[0; 10]).into_uuid().into())
}
