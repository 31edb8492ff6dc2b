use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How often it is looked whether a process has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A process that a test starts, and that is gone with the test.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: Option<Lines<BufReader<ChildStdout>>>,
}

impl Process {
    /// Starts what `command` says. Where its standard output is a pipe, [`Process::line`] reads it.
    ///
    /// # Panics
    /// Where it cannot be started.
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let lines = child.stdout.take().map(|out| BufReader::new(out).lines());
        Self { child, lines }
    }

    /// The system's number of it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line that it prints; none once it is dead and all is read.
    pub fn line(&mut self) -> Option<String> {
        self.lines.as_mut()?.next()?.ok()
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// Where it has ended and that is known.
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the process is there");
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it is ours").is_some()
    }

    /// Waits for its end.
    pub fn end(&mut self) -> ExitStatus {
        self.child.wait().expect("it is ours")
    }

    /// Waits for its end, but no longer than that.
    ///
    /// # Panics
    /// Where it does not end in time.
    #[track_caller]
    pub fn end_within(&mut self, patience: Duration) -> ExitStatus {
        let until = Instant::now() + patience;
        while !self.has_ended() {
            assert!(Instant::now() < until, "the process does not end");
            std::thread::sleep(LOOK_EVERY);
        }
        self.end()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that failed leaves it running; else it has ended.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}
