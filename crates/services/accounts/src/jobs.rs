//! What admins see of background jobs, and what they do to them. Where a workspace may be given, none
//! stands for the whole installation. No payload is ever shown: it may name people.

use captely_platform::db::DbError;
use captely_platform::http::{Problem, codes};
use captely_platform::ids::{JobId, WorkspaceId};
use captely_platform::jobs::{
    self, Acted, JobFilter, JobInfo, JobPage, QueueOverview, State, Worker,
};
use serde_json::json;

use crate::audit::{Action, Actor, Entry};
use crate::model::Origin;
use crate::service::Accounts;

/// What is done to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobAct {
    /// Run it again, with all its attempts before it.
    Retry,
    /// Call it off.
    Cancel,
}

impl JobAct {
    const fn action(self) -> Action {
        match self {
            Self::Retry => "job.retried",
            Self::Cancel => "job.cancelled",
        }
    }

    const fn rule(self) -> &'static str {
        match self {
            Self::Retry => "only a failed or cancelled job can be retried",
            Self::Cancel => {
                "only a job that is pending, paused or processing, and not yet called off, can be \
                 cancelled"
            }
        }
    }
}

/// Why nothing was shown of a job, or done to it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    /// There is none, in this workspace.
    #[error("there is no such job")]
    Missing,
    /// Not in its state.
    #[error("the job is {state}; {}", act.rule())]
    Not { act: JobAct, state: State },
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Missing => Self::not_found("job"),
            JobError::Not { act, state } => {
                Self::new(&codes::CONFLICT, format!("The job is {state}; {}.", act.rule()))
            }
            JobError::Db(why) => why.into(),
        }
    }
}

impl Accounts {
    /// A page of jobs, the youngest first.
    pub(crate) async fn jobs(&self, filter: &JobFilter, limit: u32) -> Result<JobPage, DbError> {
        let mut tx = self.db.reader().await?;
        jobs::list(&mut tx, filter, limit).await
    }

    /// One job.
    pub(crate) async fn job(
        &self,
        workspace: Option<WorkspaceId>,
        id: JobId,
    ) -> Result<JobInfo, JobError> {
        let mut tx = self.db.reader().await?;
        jobs::get(&mut tx, workspace, id).await?.ok_or(JobError::Missing)
    }

    /// How each queue stands, by name.
    pub(crate) async fn job_queues(
        &self,
        workspace: Option<WorkspaceId>,
    ) -> Result<Vec<QueueOverview>, DbError> {
        let mut tx = self.db.reader().await?;
        jobs::overview(&mut tx, workspace, self.now()).await
    }

    /// The processes that do the jobs of all workspaces.
    pub(crate) async fn workers(&self) -> Result<Vec<Worker>, DbError> {
        let mut tx = self.db.reader().await?;
        jobs::workers(&mut tx).await
    }

    /// Does `act` to a job, and notes it in the audit log of the workspace whose job it is, and in the
    /// installation's where it is done for no workspace. The job as it then stands.
    pub(crate) async fn act_on_job(
        &self,
        workspace: Option<WorkspaceId>,
        id: JobId,
        act: JobAct,
        actor: Actor,
        from: &Origin,
    ) -> Result<JobInfo, JobError> {
        let mut tx = self.db.writer().await?;
        let acted = match act {
            JobAct::Retry => jobs::retry(&mut tx, workspace, id, self.now()).await?,
            JobAct::Cancel => jobs::cancel(&mut tx, workspace, id, self.now()).await?,
        };
        match acted {
            Acted::Now(_) => {}
            Acted::Not(state) => return Err(JobError::Not { act, state }),
            Acted::Missing => return Err(JobError::Missing),
        }
        let job = jobs::get(&mut tx, workspace, id).await?.ok_or(JobError::Missing)?;
        let detail = json!({ "queue": job.queue, "state": job.state });
        let entry = Entry::new(job.workspace, actor, act.action()).of(id).with(detail);
        if workspace.is_none() && job.workspace != WorkspaceId::INSTALLATION {
            let of_installation = Entry { workspace: WorkspaceId::INSTALLATION, ..entry.clone() };
            self.audit(&mut tx, from, of_installation).await?;
        }
        self.audit(&mut tx, from, entry).await?;
        tx.commit().await?;
        Ok(job)
    }
}
