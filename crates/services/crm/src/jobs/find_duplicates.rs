use async_trait::async_trait;
use captely_contact::Timestamp;
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{Handler, Job, NewJob, Verdict};

use crate::{Crm, DuplicateError, Search};

const QUEUE: &str = "crm_find_duplicates.v1";
const ATTEMPTS_MAX: u32 = 5;

/// A job that looks for duplicates, for whoever has changed many contacts: an import when it ends.
pub fn find_duplicates_job(workspace: WorkspaceId, search: Search, run_at: Timestamp) -> NewJob {
    let payload = serde_json::json!(search);
    NewJob { workspace, queue: QUEUE, group: None, payload, run_at, attempts_max: ATTEMPTS_MAX }
}

/// Looks for duplicates.
pub struct FindDuplicates(pub Crm);

#[async_trait]
impl Handler for FindDuplicates {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, job: &Job) -> Verdict {
        let search = match serde_json::from_value(job.payload.clone()) {
            Ok(search) => search,
            Err(why) => return Verdict::Fail { why: format!("the job cannot be read: {why}") },
        };
        match self.0.find_duplicates(job.workspace, search).await {
            Ok(found) => {
                tracing::debug!(?found, "Duplicates were looked for");
                Verdict::Done
            }
            Err(why @ (DuplicateError::TooMany | DuplicateError::Match(_))) => {
                Verdict::Fail { why: why.to_string() }
            }
            Err(why) => Verdict::Trouble { why: why.to_string() },
        }
    }
}
