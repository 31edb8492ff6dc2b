use std::fs::{self, DirEntry};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use captely_contact::Timestamp;

use super::store::Place;
use super::{Files, FilesError};

/// How deep folders are looked into; names have fewer parts.
const DEPTH_MAX: usize = 16;

impl Files {
    /// Removes what writing left in the folder that a killed process was at: files of this store's own
    /// naming (`NAME#1`) that nobody has written to since `before`. Returns how many. In a bucket a
    /// lifecycle rule does it (`AbortIncompleteMultipartUpload`).
    pub async fn sweep_unfinished(&self, before: Timestamp) -> Result<u64, FilesError> {
        let Place::Folder { root, .. } = &self.place else { return Ok(0) };
        let root = root.clone();
        let swept = tokio::task::spawn_blocking(move || {
            let micros = u64::try_from(before.as_micros()).unwrap_or(0);
            sweep(&root, SystemTime::UNIX_EPOCH + Duration::from_micros(micros), DEPTH_MAX)
        });
        swept.await.map_err(io::Error::other).flatten().map_err(|why| {
            let source = Box::new(why);
            FilesError::Store(object_store::Error::Generic { store: "folder", source })
        })
    }
}

fn sweep(folder: &Path, before: SystemTime, depth: usize) -> io::Result<u64> {
    let mut gone = 0_u64;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() && depth > 0 {
            gone =
                gone.saturating_add(match sweep(&entry.path(), before, depth.saturating_sub(1)) {
                    // An empty folder goes with its last file, also while we look.
                    Err(why) if why.kind() == io::ErrorKind::NotFound => 0,
                    swept => swept?,
                });
        } else if kind.is_file() && is_left(&entry, before) && fs::remove_file(entry.path()).is_ok()
        {
            gone = gone.saturating_add(1);
        }
    }
    Ok(gone)
}

fn is_left(entry: &DirEntry, before: SystemTime) -> bool {
    let name = entry.file_name();
    let number = name.to_str().and_then(|name| name.rsplit_once('#')).map(|(_, number)| number);
    let staged = number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    staged && entry.metadata().and_then(|meta| meta.modified()).is_ok_and(|at| at < before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_old_left_overs_go() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("imports/ws_1");
        fs::create_dir_all(&deep).unwrap();
        for name in ["raw", "raw#1", "raw#x", "raw#", "raw#12"] {
            fs::write(deep.join(name), "x").unwrap();
        }
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        for name in ["raw", "raw#1", "raw#x", "raw#"] {
            fs::File::options()
                .write(true)
                .open(deep.join(name))
                .unwrap()
                .set_modified(at)
                .unwrap();
        }
        let files = Files::local(folder.path()).unwrap();
        let gone =
            async |s: i64| files.sweep_unfinished(Timestamp::micros(s * 1_000_000)).await.unwrap();
        assert_eq!((gone(1_000).await, gone(1_001).await, gone(1_001).await), (0, 1, 0));
        assert!(!deep.join("raw#1").exists() && deep.join("raw#12").exists());
        assert_eq!(fs::read_dir(&deep).unwrap().count(), 4);
    }
}
