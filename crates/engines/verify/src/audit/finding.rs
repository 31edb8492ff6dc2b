use std::net::IpAddr;

use serde::Serialize;

/// How one thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditState {
    /// As it should be.
    Works,
    /// It works, but not as well as it could.
    Limited,
    /// It is not there, which is allowed, or it could not be found out.
    Missing,
    /// It is there and does not work, or works against the sender.
    Broken,
}

/// What was found out about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditFinding {
    /// The thing, for people: `reverse DNS`.
    pub what: String,
    /// The outcome as a stable word: `ptr_missing`.
    pub code: &'static str,
    /// How it stands.
    pub state: AuditState,
    /// How it stands, in a sentence.
    pub says: String,
    /// What it would unlock if it worked; nothing where it does.
    pub unlocks: Option<&'static str>,
    /// What to do about it; nothing where it works.
    pub mend: Option<String>,
}

impl AuditFinding {
    pub(super) fn new(
        what: impl Into<String>,
        code: &'static str,
        state: AuditState,
        says: impl Into<String>,
    ) -> Self {
        let (what, says) = (what.into(), says.into());
        Self { what, code, state, says, unlocks: None, mend: None }
    }

    /// Says what it would unlock, unless it works.
    pub(super) fn unlocking(mut self, unlocks: &'static str) -> Self {
        if self.state != AuditState::Works {
            self.unlocks = Some(unlocks);
        }
        self
    }

    /// Says what to do about it.
    pub(super) fn mended_by(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// A thing that was not looked at.
    pub(super) fn untried(what: impl Into<String>, why: &str, unlocks: &'static str) -> Self {
        Self::new(what, "not_tried", AuditState::Missing, format!("not tried: {why}"))
            .unlocking(unlocks)
    }
}

/// How the calling host looks to mail servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostAudit {
    /// The address that mail servers see, where it is known.
    pub address: Option<IpAddr>,
    /// What was found, in the order in which it matters.
    pub findings: Vec<AuditFinding>,
}
