use async_trait::async_trait;
use captely_platform::jobs::{Handler, Job, Verdict};

use crate::Imports;

pub(super) const QUEUE: &str = "imports_forget_files.v1";

/// Removes files that nobody waits for any more.
pub struct ForgetFiles(pub Imports);

#[async_trait]
impl Handler for ForgetFiles {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, _job: &Job) -> Verdict {
        match self.0.forget_files().await {
            Ok(gone) => {
                tracing::debug!(?gone, "Files of imports were forgotten");
                Verdict::Done
            }
            Err(why) => Verdict::Trouble { why: why.to_string() },
        }
    }
}
