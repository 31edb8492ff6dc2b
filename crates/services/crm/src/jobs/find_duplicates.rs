use async_trait::async_trait;
use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{self, Handler, Job, NewJob, Verdict};
use uuid::Uuid;

use crate::{Crm, DuplicateError, Search, Searched};

const QUEUE: &str = "crm_find_duplicates.v1";
const ATTEMPTS_MAX: u32 = 5;

/// A job that looks for duplicates, for whoever has changed many contacts: an import when it ends.
pub fn find_duplicates_job(workspace: WorkspaceId, search: Search, run_at: Timestamp) -> NewJob {
    let payload = serde_json::json!(search);
    let group = whole(search);
    NewJob { workspace, queue: QUEUE, group, payload, run_at, attempts_max: ATTEMPTS_MAX }
}

/// Searches of the whole workspace that do the same.
fn whole(search: Search) -> Option<Uuid> {
    search.after.is_none().then(|| Uuid::from_u128(1 + u128::from(search.merge_same)))
}

impl Crm {
    /// Pushes a search of the whole workspace; not where the same one waits already. Whether it was pushed.
    pub async fn push_search(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        merge_same: bool,
    ) -> Result<bool, DbError> {
        tx.one_at_a_time(&format!("search for duplicates of {workspace}")).await?;
        let search = Search { after: None, merge_same };
        if let Some(group) = whole(search)
            && jobs::counts(tx, workspace, group).await?.pending > 0
        {
            return Ok(false);
        }
        let job = find_duplicates_job(workspace, search, self.clock.now());
        jobs::push(tx, &self.ids, vec![job]).await?;
        Ok(true)
    }
}

/// Looks for duplicates.
pub struct FindDuplicates(pub Crm);

#[async_trait]
impl Handler for FindDuplicates {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, job: &Job) -> Verdict {
        match self.search(job).await {
            Ok(found) => {
                tracing::debug!(?found, "Duplicates were looked for");
                Verdict::Done
            }
            Err(verdict) => verdict,
        }
    }
}

impl FindDuplicates {
    /// Does a job; what came of it, or how it ends where nothing did.
    pub async fn search(&self, job: &Job) -> Result<Searched, Verdict> {
        let search = serde_json::from_value(job.payload.clone());
        let search = search
            .map_err(|why| Verdict::Fail { why: format!("the job cannot be read: {why}") })?;
        self.0.find_duplicates(job.workspace, search).await.map_err(|why| {
            let said = why.to_string();
            match why {
                DuplicateError::TooMany | DuplicateError::Match(_) => Verdict::Fail { why: said },
                _ => Verdict::Trouble { why: said },
            }
        })
    }
}
