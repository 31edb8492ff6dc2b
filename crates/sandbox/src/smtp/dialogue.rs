use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::dialect::Dialect;
use crate::mail_world::Personality;

/// Lines kept of one dialogue; later ones are left out.
const LINES_MAX: usize = 500;

/// One session as it was spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialogue {
    /// How the host behaves.
    pub personality: Personality,
    /// How the host speaks.
    pub dialect: Dialect,
    /// What was said, without line ends: `C: ` before the client's lines, `S: ` before the server's.
    /// At most 500 lines.
    pub lines: Vec<String>,
}

/// The latest dialogues, those that ended first first.
#[derive(Debug)]
pub(super) struct Dialogues {
    max: usize,
    ended: Mutex<VecDeque<Dialogue>>,
}

impl Dialogues {
    pub(super) fn new(max: usize) -> Self {
        Self { max, ended: Mutex::default() }
    }

    pub(super) fn read(&self) -> Vec<Dialogue> {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.iter().cloned().collect()
    }
}

/// Writes one dialogue down and hands it in when dropped, also when its session is cut.
#[derive(Debug)]
pub(super) struct Scribe {
    log: Arc<Dialogues>,
    dialogue: Dialogue,
}

impl Scribe {
    /// `None` where no dialogues are kept.
    pub(super) fn new(
        log: &Arc<Dialogues>,
        personality: Personality,
        dialect: Dialect,
    ) -> Option<Self> {
        let dialogue = Dialogue { personality, dialect, lines: Vec::new() };
        (log.max > 0).then(|| Self { log: Arc::clone(log), dialogue })
    }

    pub(super) fn client(&mut self, line: &[u8]) {
        self.push("C", &String::from_utf8_lossy(line));
    }

    pub(super) fn server(&mut self, reply: &str) {
        for line in reply.split_terminator("\r\n") {
            self.push("S", line);
        }
    }

    fn push(&mut self, side: &str, line: &str) {
        if self.dialogue.lines.len() < LINES_MAX {
            self.dialogue.lines.push(format!("{side}: {line}"));
        }
    }
}

impl Drop for Scribe {
    fn drop(&mut self) {
        let empty = Dialogue { lines: Vec::new(), ..self.dialogue };
        let dialogue = std::mem::replace(&mut self.dialogue, empty);
        let mut ended = self.log.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() >= self.log.max {
            ended.pop_front();
        }
        ended.push_back(dialogue);
    }
}
