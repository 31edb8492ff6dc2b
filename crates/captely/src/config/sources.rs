use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Override;

/// Everything that configuration is read from. The program fills it from the process; tests by hand.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// `--config FILE`.
    pub file: Option<PathBuf>,
    /// The working directory.
    pub directory: PathBuf,
    /// The process's environment; variables that are not UTF-8 are left out.
    pub variables: BTreeMap<String, String>,
    /// What the command line sets.
    pub arguments: Vec<Override>,
}

impl Sources {
    /// From the process, with what the command line says.
    pub fn of_process(file: Option<PathBuf>, arguments: Vec<Override>) -> Self {
        let utf8 = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self {
            file,
            directory: std::env::current_dir().unwrap_or_else(|_gone| PathBuf::from(".")),
            variables: std::env::vars_os().filter_map(utf8).collect(),
            arguments,
        }
    }

    /// A variable that is set to something.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Which overlay file is laid over the configuration file: `captely.<word>.toml` (CFG-02).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine.
    Development,
    /// A rehearsal of production.
    Staging,
    /// The real thing.
    Production,
}

impl Environment {
    /// Every environment.
    pub const ALL: &'static [Self] = &[Self::Development, Self::Staging, Self::Production];

    /// The word in `CAPTELY_ENV` and in the overlay's name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}
