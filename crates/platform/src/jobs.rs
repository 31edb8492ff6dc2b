//! Background work as rows of the service's own database.
//!
//! A job is pushed in the transaction that makes it necessary, claimed in batches by lease, and
//! finished in batches with a verdict. It runs *at least* once: a worker that dies leaves its lease
//! to run out (or to be given back by [`release`]), and the job is claimed again. Finishing checks
//! that the lease is still held, so a worker that was thought dead cannot overwrite.
//!
//! A [`Runner`] does all that for [`Handler`]s, and pushes what [`Schedule`]s ask for. Operators see
//! the queue by [`overview`], [`list`] and [`workers`], and act on it by [`retry`] and [`cancel`].
//!
//! Finished jobs stay in the table until [`purge`]; the index that claims read holds unfinished ones
//! only, so claims stay fast.

mod act;
mod backoff;
mod claim;
mod finish;
mod group;
mod job;
mod lease;
mod list;
mod overview;
mod purge;
mod push;
mod runner;
mod schedule;
mod state;
mod worker;

pub use act::{Acted, cancel, retry};
pub use backoff::backoff;
pub use claim::{CLAIM_JOBS_MAX, claim, claim_group};
pub use finish::{Verdict, finish};
pub use group::{Counts, cancel_group, counts, next_due, pause_group, resume_group};
pub use job::{Job, NewJob};
pub use lease::{extend, release};
pub use list::{JobFilter, JobInfo, JobPage, LIST_JOBS_MAX, get, list};
pub use overview::{
    PULSE_PENDING_MAX, Pulse, QueueOverview, WAITING_JOBS_MAX, overview, pulse, waiting,
};
pub use purge::{JOBS_PURGE, Purge, purge, purge_schedule};
pub use push::push;
pub use runner::{Handler, Runner, RunnerOptions};
pub use schedule::{Schedule, due_schedules, enable_schedule, put_schedule};
pub use state::{NoState, State};
pub use worker::{WORKER_SILENT_MAX, Worker, workers};

use crate::db::Engine;

/// Every statement of the queue as `engine` gets it, but for those over many rows.
pub fn statements(engine: Engine) -> Vec<String> {
    let claims = match engine {
        Engine::Sqlite => [claim::CLAIM_SQLITE, claim::CLAIM_GROUP_SQLITE],
        Engine::Postgres => [claim::CLAIM_POSTGRES, claim::CLAIM_GROUP_POSTGRES],
    };
    let fixed = [
        claims.to_vec(),
        act::statements(),
        group::statements(),
        lease::statements(),
        overview::statements(),
        purge::statements(),
        schedule::statements(),
        worker::statements(),
    ];
    let mut out: Vec<String> = fixed.concat().into_iter().map(ToOwned::to_owned).collect();
    out.extend(list::statements());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, DbOptions, Stmt};

    /// SQLite begins with the rows given, however many, instead of reading all jobs.
    #[tokio::test]
    async fn verdicts_and_signs_of_life_read_no_whole_table() {
        let db = Db::open("sqlite::memory:", &DbOptions::default()).await.unwrap();
        db.migrate(crate::MIGRATIONS).await.unwrap();
        let mut tx = db.reader().await.unwrap();
        for (sql, columns) in [(finish::SETTLE, 9), (lease::EXTEND, 3)] {
            for rows in [1, 512] {
                let row = format!("({})", vec!["?"; columns].join(","));
                let rows = format!("VALUES {}", vec![row; rows].join(","));
                let explain = format!("EXPLAIN QUERY PLAN {}", sql.replace("@rows@", &rows));
                let plan: Vec<(i64, i64, i64, String)> =
                    tx.all(Stmt::owned(explain, [])).await.unwrap();
                let steps: Vec<_> = plan.into_iter().map(|(_, _, _, step)| step).collect();
                assert!(steps.iter().any(|step| step.starts_with("SEARCH job")), "{steps:#?}");
                assert!(!steps.iter().any(|step| step.starts_with("SCAN job")), "{steps:#?}");
            }
        }
    }
}
