use std::time::Duration;

use super::pieces::PieceFault;
use super::{Problem, codes};
use crate::files::FilesError;

impl From<FilesError> for Problem {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::NotFound { .. } => Self::not_found("file").because(error.to_string()),
            FilesError::TooLarge { bytes_max, .. } => Self::new(
                &codes::TOO_LARGE,
                format!("The file is over {bytes_max} bytes. Nothing of it was kept."),
            ),
            FilesError::BrokenOff { source, .. } => match source.downcast::<PieceFault>() {
                Ok(fault) => (*fault).into(),
                Err(other) => PieceFault::Cut(other.to_string()).into(),
            },
            FilesError::Full => {
                Self::new(&codes::DISK_FULL, "The disk of the store of files is full.")
            }
            FilesError::Refused(_) | FilesError::Store(_) => Self::new(
                &codes::FILES,
                "The store of files does not do what it should. Nothing was kept.",
            )
            .retry_after(Duration::from_secs(10))
            .because(error.to_string()),
            FilesError::BadName { .. } | FilesError::Foreign { .. } | FilesError::NoLinks => {
                Self::internal(&error)
            }
        }
    }
}
