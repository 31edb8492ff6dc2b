use std::error::Error;
use std::io::ErrorKind;

use crate::ids::WorkspaceId;

/// Why the file store did not do as it was told.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// No file of that name.
    #[error("there is no file {name}")]
    NotFound {
        /// The name that was asked for.
        name: String,
    },
    /// It grew over the limit; nothing of it was kept.
    #[error("{name} is larger than {bytes_max} bytes")]
    TooLarge {
        /// The name it was to have.
        name: String,
        /// The limit it was given.
        bytes_max: u64,
    },
    /// The name is no path below the store: empty, `..`, or with a control character.
    #[error("{name:?} is no name for a file")]
    BadName {
        /// The name.
        name: String,
    },
    /// Where the bytes came from broke off; nothing of it was kept.
    #[error("the upload of {name} broke off: {source}")]
    BrokenOff {
        /// The name it was to have.
        name: String,
        /// What the source said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// No room is left where the files are.
    #[error("the file store is full; make room and try again")]
    Full,
    /// The store does not let us: keys, rights or the bucket's name are wrong.
    #[error("the file store refuses us ({0}); look at its keys, rights and the bucket's name")]
    Refused(object_store::Error),
    /// A link was to be made to a file that lies in no folder of the workspace.
    #[error("{name} is no file of {workspace}")]
    Foreign {
        /// The file.
        name: String,
        /// Who was to have the link.
        workspace: WorkspaceId,
    },
    /// The store was opened without [`super::Links`].
    #[error("this file store gives no links")]
    NoLinks,
    /// The store itself failed.
    #[error("the file store failed: {0}")]
    Store(object_store::Error),
}

/// What the store said of `name`, in our words.
pub(super) fn failed(name: &str, why: object_store::Error) -> FilesError {
    use object_store::Error as E;
    match why {
        E::NotFound { .. } => FilesError::NotFound { name: name.to_owned() },
        why if is_full(&why) => FilesError::Full,
        // A folder says this of a file that may not be written; a bucket, of keys it does not know.
        why @ (E::PermissionDenied { .. } | E::Unauthenticated { .. }) => FilesError::Refused(why),
        other => FilesError::Store(other),
    }
}

/// Codes by which servers of the S3 protocol say that their disks are full: MinIO's, and the status of
/// RFC 4918.
const FULL_WORDS: [&str; 2] = ["XMinioStorageFull", "507 Insufficient Storage"];

fn is_full(why: &object_store::Error) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = Some(why);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return matches!(io.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
        }
        next = error.source();
    }
    let said = why.to_string();
    FULL_WORDS.iter().any(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(source: impl Into<Box<dyn Error + Send + Sync>>) -> object_store::Error {
        object_store::Error::Generic { store: "test", source: source.into() }
    }

    #[test]
    fn a_full_disk_is_told_from_other_failures() {
        let io = |kind: ErrorKind| failed("a", generic(std::io::Error::from(kind)));
        assert!(matches!(io(ErrorKind::StorageFull), FilesError::Full));
        assert!(matches!(io(ErrorKind::QuotaExceeded), FilesError::Full));
        assert!(matches!(io(ErrorKind::BrokenPipe), FilesError::Store(_)));
        let minio = failed("a", generic("<Error><Code>XMinioStorageFull</Code></Error>"));
        assert!(matches!(minio, FilesError::Full));
    }
}
