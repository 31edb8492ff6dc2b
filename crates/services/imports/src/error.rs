use captely_credits::CreditError;
use captely_platform::db::DbError;
use captely_platform::files::FilesError;
use captely_platform::http::{OnceError, Problem, codes};

use crate::{ImportError, ImportState};

/// Why something was not done with an import. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ImportsError {
    /// The workspace has no such import.
    #[error("there is no such import")]
    NotFound,
    /// It cannot be done in this state; the text says when it can.
    #[error("the import is {state}: {can}", state = .state.as_str())]
    State {
        /// Its state.
        state: ImportState,
        /// When it can be done.
        can: &'static str,
    },
    /// A value is not allowed.
    #[error("{why}")]
    Invalid {
        /// Which.
        field: &'static str,
        /// What is allowed, in a sentence.
        why: String,
    },
    /// The plan does not have it; the text says what.
    #[error("{0}")]
    NotInPlan(String),
    /// The raw file was removed.
    #[error("the file of this import is gone: it was kept as long as files are kept here")]
    FileGone,
    /// The file cannot be read, or not to its end.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The file store failed.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The idempotency key stands for something else.
    #[error(transparent)]
    Once(#[from] OnceError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<CreditError> for ImportsError {
    fn from(why: CreditError) -> Self {
        Self::Db(why.into())
    }
}

impl From<ImportsError> for Problem {
    fn from(why: ImportsError) -> Self {
        let said = match &why {
            // It begins with the file's name.
            ImportsError::Import(ImportError::Read(why)) => stopped(&why.to_string()),
            other => sentence(&other.to_string()),
        };
        match why {
            ImportsError::NotFound => Self::not_found("import"),
            ImportsError::State { state, .. } => {
                Self::new(&codes::CONFLICT, said).with("state", state.as_str())
            }
            ImportsError::Invalid { field, .. } => Self::invalid(field, said),
            ImportsError::NotInPlan(_) => Self::new(&codes::NOT_IN_PLAN, said),
            ImportsError::FileGone => Self::new(&codes::CONFLICT, said),
            ImportsError::Once(why) => why.into(),
            ImportsError::Import(ImportError::Db(why)) | ImportsError::Db(why) => why.into(),
            ImportsError::Import(ImportError::Asked(_)) => Self::new(&codes::INVALID, said),
            ImportsError::Import(ImportError::Read(_) | ImportError::Columns(_)) => {
                Self::invalid("file", said)
            }
            ImportsError::Files(why) => why.into(),
            ImportsError::Import(ImportError::Io(_) | ImportError::Ended) => Self::internal(&why),
        }
    }
}

/// With a large letter and a full stop.
pub(crate) fn sentence(said: &str) -> String {
    let mut letters = said.chars();
    let first = letters.next().map(char::to_uppercase);
    stopped(&first.into_iter().flatten().chain(letters).collect::<String>())
}

/// With a full stop.
fn stopped(said: &str) -> String {
    let stop = if said.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{said}{stop}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_full_is_told_as_such() {
        for (why, status) in [
            (ImportsError::Files(FilesError::Full), 507),
            (ImportsError::FileGone, 409),
            (ImportsError::Import(ImportError::Io("it broke".to_owned())), 500),
        ] {
            let said = why.to_string();
            assert_eq!(Problem::from(why).status(), status, "{said}");
        }
    }

    #[test]
    fn sentences() {
        assert_eq!(sentence("there is no such import"), "There is no such import.");
        assert_eq!(sentence("Is it?"), "Is it?");
        assert_eq!(stopped("list.csv: the file is empty"), "list.csv: the file is empty.");
    }
}
