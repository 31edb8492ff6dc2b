#![doc = include_str!("../README.md")]
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "this crate runs in tests only: a broken set-up is a failed test, a skip is printed"
)]

mod answer;
mod bucket;
mod process;
mod seeded;
mod statements;
mod template;
mod test_db;
mod victim;

pub use answer::Answer;
pub use bucket::{Bucket, bucket};
pub use captely_platform::clock::TestClock;
pub use captely_platform::db::Engine;
pub use process::Process;
pub use rustix::process::Signal;
pub use seeded::{ids, ids_at};
pub use statements::assert_prepares;
pub use test_db::{POSTGRES_URL, TestDb, db_options, run};
pub use victim::{Victim, kills};
