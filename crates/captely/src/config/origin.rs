use std::fmt;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    Default,
    /// A line of a configuration file or of a `.env` file.
    File {
        /// The file as it was named or found.
        path: String,
        /// Counted from 1; 0 stands for the whole file.
        line: usize,
    },
    /// An environment variable.
    Variable(String),
    /// An argument such as `--stop-at`.
    Argument(String),
}

impl Origin {
    /// Orders faults: files by line, then variables, then arguments.
    pub(crate) fn sort_key(&self) -> (u8, String, usize) {
        match self {
            Self::Default => (0, String::new(), 0),
            Self::File { path, line } => (1, path.clone(), *line),
            Self::Variable(name) => (2, name.clone(), 0),
            Self::Argument(name) => (3, name.clone(), 0),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line: 0 } => f.write_str(path),
            Self::File { path, line } => write!(f, "{path}:{line}"),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Argument(name) => write!(f, "argument {name}"),
        }
    }
}
