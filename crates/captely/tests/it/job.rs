//! `captely enrich` in a process that a test stops.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{Ran, Room};

/// The command under way. Its output goes to files in the room's folder `data`.
pub(crate) struct Job<'r> {
    room: &'r Room,
    child: Child,
}

impl<'r> Job<'r> {
    pub(crate) fn start(room: &'r Room, words: &[&str]) -> Self {
        std::fs::create_dir_all(room.path().join("data")).expect("a folder");
        let file = |name: &str| -> Stdio {
            std::fs::File::create(room.path().join("data").join(name)).expect("a file").into()
        };
        let mut command = room.command(words);
        command.stdout(file("said.out")).stderr(file("said.err"));
        Self { room, child: command.spawn().expect("starts") }
    }

    /// Sends it `INT`, `TERM` or another signal.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().expect("kill runs");
        assert!(sent.success(), "{name}");
    }

    /// Waits until it has said this on standard error.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        while !self.room.read("data/said.err").contains(words) {
            assert!(Instant::now() < until, "{}", self.room.read("data/said.err"));
            assert!(self.child.try_wait().expect("known").is_none(), "it has ended");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("known").is_some()
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        let code = self.child.wait().expect("ends").code();
        Ran { code, out: self.room.read("data/said.out"), err: self.room.read("data/said.err") }
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        // A test that failed leaves it running; else it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
