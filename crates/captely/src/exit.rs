//! How the program ends: its exit codes and the one shape of a failure.

use std::fmt;

/// The exit codes. Documented in `captely --help` and docs/cli.md, which a test compares with this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All was done.
    Done,
    /// Something broke inside.
    Internal,
    /// The command line or the configuration is wrong.
    Usage,
    /// A file that was given cannot be read or has nothing usable in it.
    BadInput,
    /// The result cannot be written.
    Output,
    /// There is nothing to do the job with: no usable provider, database or network.
    Nothing,
    /// The budget ended before the rows did; the result is written.
    Budget,
    /// Another captely holds the data directory.
    InUse,
    /// Stopped by Ctrl-C or SIGTERM; progress is kept.
    Interrupted,
}

impl Exit {
    /// Every code, in order.
    pub const ALL: &'static [Self] = &[
        Self::Done,
        Self::Internal,
        Self::Usage,
        Self::BadInput,
        Self::Output,
        Self::Nothing,
        Self::Budget,
        Self::InUse,
        Self::Interrupted,
    ];

    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Internal => 1,
            Self::Usage => 2,
            Self::BadInput => 3,
            Self::Output => 4,
            Self::Nothing => 5,
            Self::Budget => 6,
            Self::InUse => 7,
            // 128 + SIGINT, as shells count.
            Self::Interrupted => 130,
        }
    }

    /// The word for it in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Internal => "internal",
            Self::Usage => "usage",
            Self::BadInput => "bad_input",
            Self::Output => "output",
            Self::Nothing => "nothing_to_do_it_with",
            Self::Budget => "budget",
            Self::InUse => "in_use",
            Self::Interrupted => "interrupted",
        }
    }

    /// What it means, in half a line.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Internal => "something broke inside captely",
            Self::Usage => "wrong arguments or configuration",
            Self::BadInput => "a given file cannot be used",
            Self::Output => "the result cannot be written (folder, rights, full disk)",
            Self::Nothing => "nothing to do it with (no usable provider, database or network)",
            Self::Budget => "the budget ended before the rows did; the result is written",
            Self::InUse => "another captely uses the data directory",
            Self::Interrupted => "interrupted; progress is kept",
        }
    }

    /// The table for `--help`.
    pub fn help() -> String {
        use fmt::Write as _;
        let mut text = String::from("Exit codes:\n");
        for exit in Self::ALL {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {:>3}  {}", exit.code(), exit.meaning());
        }
        text
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command ended early: a sentence, the particulars line by line, and what to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliError {
    /// How the program exits.
    pub code: Exit,
    /// What is wrong, naming the file, row, column, variable or argument.
    pub sentence: String,
    /// Particulars, one a line.
    pub details: Vec<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl CliError {
    /// An error with this exit code and sentence.
    pub fn new(code: Exit, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into(), details: Vec::new(), hint: None }
    }

    /// Something broke inside captely.
    pub fn internal(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Internal, sentence)
    }

    /// The command line or the configuration is wrong.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Usage, sentence)
    }

    /// A given file cannot be used.
    pub fn bad_input(sentence: impl Into<String>) -> Self {
        Self::new(Exit::BadInput, sentence)
    }

    /// The result cannot be written.
    pub fn output(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Output, sentence)
    }

    /// There is nothing to do the job with.
    pub fn nothing(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Nothing, sentence)
    }

    /// Another captely holds what this one needs.
    pub fn in_use(sentence: impl Into<String>) -> Self {
        Self::new(Exit::InUse, sentence)
    }

    /// Stopped by the user.
    pub fn interrupted(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Interrupted, sentence)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn try_this(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds particulars, one a line.
    #[must_use]
    pub fn with_details(mut self, details: Vec<String>) -> Self {
        self.details = details;
        self
    }

    /// The object that stands under `error` in JSON.
    pub fn to_json(&self) -> serde_json::Value {
        let mut object = serde_json::json!({
            "exit": self.code.code(),
            "kind": self.code.word(),
            "message": self.sentence,
        });
        if let Some(map) = object.as_object_mut() {
            if !self.details.is_empty() {
                map.insert("details".into(), self.details.clone().into());
            }
            if let Some(hint) = &self.hint {
                map.insert("try".into(), hint.clone().into());
            }
        }
        object
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for CliError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_told_apart_and_explained() {
        let codes: std::collections::BTreeSet<_> = Exit::ALL.iter().map(|e| e.code()).collect();
        assert_eq!(codes.len(), Exit::ALL.len());
        for exit in Exit::ALL {
            assert!(Exit::help().contains(exit.meaning()));
        }
    }

    #[test]
    fn json_carries_what_is_there_and_no_more() {
        let bare = CliError::usage("no").to_json();
        assert_eq!(bare, serde_json::json!({"exit": 2, "kind": "usage", "message": "no"}));
        let full = CliError::output("x").with_details(vec!["a".into()]).try_this("y").to_json();
        assert_eq!(full["details"], serde_json::json!(["a"]));
        assert_eq!(full["try"], "y");
    }
}
