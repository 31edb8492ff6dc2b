use object_store::path::Path;

use super::FilesError;

/// The longest name, in bytes; S3 takes 1,024 (Amazon S3 User Guide, "Naming Amazon S3 objects").
const NAME_BYTES_MAX: usize = 1_024;

/// A name as the store takes it. Refused: what is no path below the store, and `#`, which the folder
/// keeps for files that are being written.
pub(super) fn path(name: &str) -> Result<Path, FilesError> {
    let bad = || FilesError::BadName { name: name.to_owned() };
    let odd = name.chars().any(|c| c.is_control() || c == '#');
    let long = name.len() > NAME_BYTES_MAX;
    if odd || long || name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(bad());
    }
    Path::parse(name).map_err(|_why| bad())
}
