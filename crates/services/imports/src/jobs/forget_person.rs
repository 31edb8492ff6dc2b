use async_trait::async_trait;
use captely_platform::jobs::{Handler, Job, Verdict};

use super::{FORGET_PERSON, verdict};
use crate::Imports;

/// Removes what is written of an import that held a person who was erased.
pub struct ForgetPerson(pub Imports);

#[async_trait]
impl Handler for ForgetPerson {
    fn queue(&self) -> &'static str {
        FORGET_PERSON
    }

    async fn run(&self, job: &Job) -> Verdict {
        match super::import_of(job) {
            Ok(id) => verdict(self.0.forget_written(job.workspace, id).await),
            Err(why) => Verdict::Fail { why },
        }
    }
}
