use captely_platform::db::DbError;
use captely_platform::files::FilesError;
use captely_platform::http::{Problem, codes};

use crate::error::sentence;

/// Numbers of missing parts that are told at most.
const MISSING_TOLD: usize = 1_000;

/// Why an upload does not go on. What came before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The workspace has no such import.
    #[error("there is no such import")]
    NotFound,
    /// It is no upload any more.
    #[error("the import is {state}: nothing can be uploaded to it any more")]
    Over {
        /// Its state.
        state: String,
    },
    /// A file without a byte.
    #[error("the file is empty")]
    Empty,
    /// A file over the limit.
    #[error("the file has {bytes} bytes, but may have {bytes_max} at most")]
    TooLarge {
        /// What it has.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// The file has no part of that number.
    #[error("there is no part {number}: the file has the parts 1 to {parts}")]
    NoSuchPart {
        /// What was asked for.
        number: u32,
        /// How many there are.
        parts: u32,
    },
    /// A part of another size than it must have.
    #[error("part {number} has {bytes} bytes, but must have {expected}")]
    PartSize {
        /// Which.
        number: u32,
        /// What came.
        bytes: u64,
        /// What should have come.
        expected: u64,
    },
    /// Another part of that number came before.
    #[error("another part {number} is here already; begin a new upload for another file")]
    Taken {
        /// Which.
        number: u32,
    },
    /// Parts are missing.
    #[error("{} of {parts} parts are missing", .missing.len())]
    Missing {
        /// Their numbers.
        missing: Vec<u32>,
        /// How many the file has.
        parts: u32,
    },
    /// The whole is of another size than was said.
    #[error("the file has {bytes} bytes, but {expected} were announced")]
    Size {
        /// What it has.
        bytes: u64,
        /// What was said.
        expected: u64,
    },
    /// The whole is another file than was said. The upload is over.
    #[error("what came has another hash than was said; upload the file again")]
    Hash,
    /// The file store failed.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<UploadError> for Problem {
    fn from(why: UploadError) -> Self {
        let said = sentence(&why.to_string());
        match why {
            UploadError::NotFound => Self::not_found("import"),
            UploadError::Over { state } => Self::new(&codes::CONFLICT, said).with("state", state),
            UploadError::Empty => Self::invalid("bytes", said),
            UploadError::TooLarge { .. } => Self::new(&codes::TOO_LARGE, said).at("bytes"),
            UploadError::NoSuchPart { .. } => Self::invalid("number", said),
            UploadError::PartSize { .. } => Self::new(&codes::INVALID, said),
            UploadError::Taken { .. } => Self::new(&codes::CONFLICT, said).at("number"),
            UploadError::Missing { mut missing, .. } => {
                missing.truncate(MISSING_TOLD);
                Self::new(&codes::CONFLICT, said).with("missing", missing)
            }
            UploadError::Size { .. } => Self::new(&codes::CONFLICT, said).at("bytes"),
            UploadError::Hash => Self::invalid("hash", said),
            UploadError::Files(why) => why.into(),
            UploadError::Db(why) => why.into(),
        }
    }
}
