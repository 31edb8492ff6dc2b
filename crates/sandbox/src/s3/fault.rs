use std::collections::VecDeque;
use std::time::Duration;

use super::S3Operation;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum S3Fault {
    /// 503 SlowDown; nothing is done.
    SlowDown,
    /// 500 InternalError; nothing is done.
    Internal,
    /// 507, as MinIO says that its disks are full; nothing is done.
    Full,
    /// The connection is cut before an answer; nothing is done.
    Cut,
    /// What was asked is done, and the connection cut before the answer.
    CutAfter,
    /// The connection is cut in the middle of the answer's body.
    CutBody,
    /// The answer takes so long.
    Slow(Duration),
}

/// What will go wrong, and with what.
#[derive(Debug, Default)]
pub(super) struct Script(VecDeque<(S3Operation, S3Fault)>);

impl Script {
    pub(super) fn add(&mut self, operation: S3Operation, faults: &[S3Fault]) {
        self.0.extend(faults.iter().map(|fault| (operation, *fault)));
    }

    pub(super) fn next(&mut self, operation: S3Operation) -> Option<S3Fault> {
        let at = self.0.iter().position(|(of, _)| *of == operation)?;
        self.0.remove(at).map(|(_, fault)| fault)
    }
}
