//! The background jobs of this service, one a file. Each is of the whole installation and done by one process of all.

mod expire_holds;
mod roll_up_usage;
mod verify_ledgers;

use captely_contact::Timestamp;
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{Schedule, Verdict};

pub use expire_holds::ExpireHolds;
pub use roll_up_usage::RollUpUsage;
pub use verify_ledgers::VerifyLedgers;

use crate::CreditError;

const MINUTE_S: u32 = 60;
const DAY_S: u32 = 86_400;
const ATTEMPTS_MAX: u32 = 5;

/// When they are done: holds end every minute, usage is rolled up every five, every ledger is checked once a day.
pub fn schedules(now: Timestamp) -> [Schedule; 3] {
    [
        schedule("credits_expire_holds", expire_holds::QUEUE, MINUTE_S, now),
        schedule("credits_roll_up_usage", roll_up_usage::QUEUE, 5 * MINUTE_S, now),
        schedule("credits_verify_ledgers", verify_ledgers::QUEUE, DAY_S, now),
    ]
}

fn schedule(name: &str, queue: &'static str, every_s: u32, first_at: Timestamp) -> Schedule {
    Schedule {
        workspace: WorkspaceId::INSTALLATION,
        name: name.to_owned(),
        queue,
        payload: serde_json::json!({}),
        attempts_max: ATTEMPTS_MAX,
        every_s,
        first_at,
    }
}

fn verdict(done: Result<(), CreditError>) -> Verdict {
    match done {
        Ok(()) => Verdict::Done,
        Err(why) => Verdict::Trouble { why: why.to_string() },
    }
}
