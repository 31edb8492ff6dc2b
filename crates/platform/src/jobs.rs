//! Background work as rows of the service's own database.
//!
//! A job is pushed in the transaction that makes it necessary, claimed in batches by lease, and
//! finished in batches with a verdict. It runs *at least* once: a worker that dies leaves its lease
//! to run out (or to be given back by [`release`]), and the job is claimed again. Finishing checks
//! that the lease is still held, so a worker that was thought dead cannot overwrite.
//!
//! Finished jobs stay in the table until [`purge`]; the index that claims read holds unfinished ones
//! only, so claims stay fast.

mod claim;
mod finish;
mod group;
mod job;
mod lease;
mod push;
mod schedule;

pub use claim::{CLAIM_JOBS_MAX, claim, claim_group};
pub use finish::{Verdict, finish, purge};
pub use group::{Counts, cancel_group, counts, next_due, pause_group, resume_group};
pub use job::{Job, NewJob};
pub use lease::{extend, release};
pub use push::push;
pub use schedule::{Schedule, due_schedules, enable_schedule, put_schedule};

use crate::db::Engine;

/// Every statement of the queue as `engine` gets it, but for those over many rows.
pub fn statements(engine: Engine) -> Vec<&'static str> {
    let mut out = match engine {
        Engine::Sqlite => vec![claim::CLAIM_SQLITE, claim::CLAIM_GROUP_SQLITE],
        Engine::Postgres => vec![claim::CLAIM_POSTGRES, claim::CLAIM_GROUP_POSTGRES],
    };
    out.extend(finish::statements());
    out.extend(group::statements());
    out.extend(lease::statements());
    out.extend(schedule::statements());
    out
}
