//! `captely enrich` in a process that a test stops.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use captely_testkit::{Process, Signal};

use crate::program::{Ran, Room};

/// The command under way. Its output goes to files in the room's folder `data`.
pub(crate) struct Job<'r> {
    room: &'r Room,
    process: Process,
}

impl<'r> Job<'r> {
    pub(crate) fn start(room: &'r Room, words: &[&str]) -> Self {
        Self::of(room, room.command(words))
    }

    /// Of a command of the room.
    pub(crate) fn of(room: &'r Room, mut command: Command) -> Self {
        std::fs::create_dir_all(room.path().join("data")).expect("a folder");
        let file = |name: &str| -> Stdio {
            std::fs::File::create(room.path().join("data").join(name)).expect("a file").into()
        };
        command.stdout(file("said.out")).stderr(file("said.err"));
        Self { room, process: Process::start(&mut command) }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Waits until it has said this on standard error.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        while !self.room.read("data/said.err").contains(words) {
            assert!(Instant::now() < until, "{}", self.room.read("data/said.err"));
            assert!(!self.process.has_ended(), "it has ended");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.has_ended()
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        let code = self.process.end().code();
        Ran { code, out: self.room.read("data/said.out"), err: self.room.read("data/said.err") }
    }
}
