use async_trait::async_trait;
use captely_platform::jobs::{Handler, Job, Verdict};

use super::{TAG_IMPORT, verdict};
use crate::Imports;

/// Gives the contacts of imports their tags.
pub struct TagImport(pub Imports);

#[async_trait]
impl Handler for TagImport {
    fn queue(&self) -> &'static str {
        TAG_IMPORT
    }

    async fn run(&self, job: &Job) -> Verdict {
        match super::import_of(job) {
            Ok(id) => verdict(self.0.tag_contacts(job.workspace, id).await),
            Err(why) => Verdict::Fail { why },
        }
    }
}
