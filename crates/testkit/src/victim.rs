use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use captely_platform::db::COMMITTED;
use rustix::process::{Signal, getpid, kill_process};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::Process;

/// What a victim is told: a test that finds nothing here is run by a person, and does nothing.
const TOLD: &str = "CAPTELY_TEST_VICTIM";
/// How often processes are killed, where that is said; see [`kills`].
const KILLS: &str = "CAPTELY_TEST_KILLS";
/// What sqlx says after each statement is under this name.
const STATEMENTS: &str = "sqlx::query";

/// Statements and commits until the end of this process; 0 while nobody means it.
static LEFT: AtomicU64 = AtomicU64::new(0);

/// How many times a test kills: `usual`, or what `CAPTELY_TEST_KILLS` says.
///
/// # Panics
/// Where the variable holds no number.
pub fn kills(usual: u64) -> u64 {
    std::env::var(KILLS).map_or(usual, |said| said.parse().expect("a number of kills"))
}

/// Another process of the test binary, which a test lets work and kills.
#[derive(Debug)]
pub struct Victim(Process);

impl Victim {
    /// Starts the test of this name (`killed::victim`) alone, in a process that is told something.
    pub fn start(test: &str, told: &str) -> Self {
        let program = std::env::current_exe().expect("the test binary");
        let mut command = Command::new(program);
        command.args(["--exact", test, "--nocapture"]).env(TOLD, told);
        Self(Process::start(command.stdout(Stdio::piped()).stderr(Stdio::inherit())))
    }

    /// What this process was told, where it is a victim.
    pub fn told() -> Option<String> {
        std::env::var(TOLD).ok()
    }

    /// What follows `word` in the next line that it prints with it; none once it is dead. The line may follow the test's
    /// name without a break.
    pub fn says(&mut self, word: &str) -> Option<String> {
        let mut lines = std::iter::from_fn(|| self.0.line());
        lines.find_map(|line| line.split_once(word).map(|(_, rest)| rest.to_owned()))
    }

    /// `kill -9`. What it printed before can still be read.
    ///
    /// # Panics
    /// Where it had ended before, which means that it failed: whoever is killed so works until then.
    pub fn kill(&mut self) {
        if !self.0.has_ended() {
            self.0.signal(Signal::KILL);
        }
        let status = self.0.end();
        assert!(was_killed(status), "the victim ended by itself: {status}");
    }

    /// Waits for its end: whether it came to it by itself, its work done.
    ///
    /// # Panics
    /// Where it failed: by itself, or by any other signal than the one that was meant.
    pub fn ended_by_itself(mut self) -> bool {
        while self.0.line().is_some() {}
        let status = self.0.end();
        assert!(status.success() || was_killed(status), "the victim failed: {status}");
        status.success()
    }

    /// Kills this process (`kill -9`) as soon as `n` more statements or commits were answered by the database, whichever
    /// and on whatever connection. With `n` from 1 on, work is so cut off behind every one of its statements: in each of
    /// its transactions, before each COMMIT and after it.
    pub fn die_after_statements(n: u64) {
        LEFT.store(n, Ordering::SeqCst);
        // Said before in this process, it is installed.
        let _before = tracing::subscriber::set_global_default(Reaper);
    }
}

/// Whether it was `kill -9` that ended it: an abort is a signal too.
fn was_killed(status: ExitStatus) -> bool {
    status.signal() == Some(Signal::KILL.as_raw())
}

/// Listens to sqlx and to commits alone.
struct Reaper;

impl Subscriber for Reaper {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Also the hint by which sqlx asks first whether anybody listens.
        [STATEMENTS, COMMITTED].contains(&metadata.target())
    }

    fn event(&self, _event: &Event<'_>) {
        if LEFT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)) == Ok(1) {
            kill_process(getpid(), Signal::KILL).expect("a process may kill itself");
        }
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}
