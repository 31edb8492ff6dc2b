/// How a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// As it should be.
    Works,
    /// It works, but not as well as it could.
    Limited,
    /// It is not there, which is allowed.
    Missing,
    /// It is there and does not work.
    Broken,
}

impl Health {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Limited => "limited",
            Self::Missing => "missing",
            Self::Broken => "broken",
        }
    }
}

/// What was found out about one thing.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// The thing.
    pub(super) what: String,
    /// How it stands.
    pub(super) health: Health,
    /// Whether every job needs it.
    pub(super) required: bool,
    /// How it stands, in a sentence.
    pub(super) says: String,
    /// What it would unlock if it worked.
    pub(super) unlocks: Option<String>,
    /// What to do about it, where that is not said already.
    pub(super) mend: Option<String>,
    /// The outcome as a stable word, where there is one.
    pub(super) code: Option<&'static str>,
}

impl Finding {
    pub(super) fn new(what: impl Into<String>, health: Health, says: impl Into<String>) -> Self {
        let (what, says) = (what.into(), says.into());
        Self { what, health, required: false, says, unlocks: None, mend: None, code: None }
    }

    /// Every job needs it.
    pub(super) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Says what it would unlock, unless it works.
    pub(super) fn unlocking(mut self, unlocks: &str) -> Self {
        if self.health != Health::Works {
            self.unlocks = Some(unlocks.to_owned());
        }
        self
    }
}
