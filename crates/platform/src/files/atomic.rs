use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Why a file was not written. Nothing is left behind, and what was there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The folder does not exist.
    #[error("{path} cannot be written: its folder does not exist", path = path.display())]
    NoFolder {
        /// The file that was asked for.
        path: PathBuf,
    },
    /// A folder, a device or a pipe has that name.
    #[error("{path} cannot be written: it is not a file", path = path.display())]
    NotAFile {
        /// The file that was asked for.
        path: PathBuf,
    },
    /// No right to write there, or the disk is read-only.
    #[error("{path} cannot be written: no permission ({source})", path = path.display())]
    Unwritable {
        /// The file that was asked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk or the quota is full.
    #[error("{path} cannot be written: the disk is full; make room and try again", path = path.display())]
    DiskFull {
        /// The file that was asked for.
        path: PathBuf,
    },
    /// Anything else.
    #[error("{path} cannot be written: {source}", path = path.display())]
    Io {
        /// The file that was asked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FileError {
    /// The sentence for what went wrong while writing `path`.
    pub fn new(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::NoFolder { path },
            ErrorKind::IsADirectory => Self::NotAFile { path },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                Self::Unwritable { path, source }
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::Io { path, source },
        }
    }
}

/// A file that appears whole or not at all: written under another name in the same folder, put on
/// the disk, then renamed. Dropped without [`AtomicFile::commit`] it leaves nothing.
///
/// It writes straight through; put a `BufWriter` around it for many small writes.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    temp: NamedTempFile,
}

impl AtomicFile {
    /// Begins a file that will be `path`. A link is followed, so that the link stays one.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        let fail = |source| FileError::new(path, source);
        let target = match path.canonicalize() {
            Ok(real) => real,
            Err(why) if why.kind() == ErrorKind::NotFound => path.to_owned(),
            Err(why) => return Err(fail(why)),
        };
        let before = match std::fs::metadata(&target) {
            Ok(meta) if meta.is_file() => Some(meta.permissions()),
            Ok(_other) => return Err(FileError::NotAFile { path: path.to_owned() }),
            Err(_missing) => None,
        };
        if before.as_ref().is_some_and(std::fs::Permissions::readonly) {
            return Err(fail(ErrorKind::PermissionDenied.into()));
        }
        let name =
            target.file_name().ok_or_else(|| FileError::NotAFile { path: path.to_owned() })?;
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(name);
        prefix.push(".");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".part");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temp = builder.tempfile_in(folder(&target)).map_err(fail)?;
        if let Some(permissions) = before {
            temp.as_file().set_permissions(permissions).map_err(fail)?;
        }
        Ok(Self { target, temp })
    }

    /// Where the file will be.
    pub fn path(&self) -> &Path {
        &self.target
    }

    /// Where the bytes are until then, for a writer that wants a path of its own.
    pub fn temporary_path(&self) -> &Path {
        self.temp.path()
    }

    /// Puts the bytes on the disk and gives the file its name.
    pub fn commit(self) -> Result<(), FileError> {
        let target = self.target;
        let fail = |source| FileError::new(&target, source);
        self.temp.as_file().sync_all().map_err(fail)?;
        self.temp.persist(&target).map_err(|why| fail(why.error))?;
        // The new name itself is in the folder; where folders cannot be synced (Windows) it is not.
        if cfg!(unix) {
            File::open(folder(&target)).and_then(|folder| folder.sync_all()).map_err(fail)?;
        }
        Ok(())
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temp.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut out: Vec<_> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        out.sort();
        out
    }

    #[test]
    fn whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        std::fs::write(&path, "before").unwrap();
        let mut dropped = AtomicFile::create(&path).unwrap();
        dropped.write_all(b"half").unwrap();
        drop(dropped);
        assert_eq!(std::fs::read(&path).unwrap(), b"before");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"after").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"before");
        file.commit().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"after");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::fs::write(&real, "").unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut file = AtomicFile::create(&link).unwrap();
        file.write_all(b"x").unwrap();
        file.commit().unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&real).unwrap(), b"x");
        assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        let fresh = folder.path().join("fresh");
        AtomicFile::create(&fresh).unwrap().commit().unwrap();
        let plain = folder.path().join("plain");
        std::fs::write(&plain, "").unwrap();
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&fresh), mode(&plain), "a new file has the mode any new file has");
    }

    #[track_caller]
    fn check(path: &Path, words: &str) {
        let error = AtomicFile::create(path).unwrap_err().to_string();
        assert!(error.contains(words) && error.contains(path.to_str().unwrap()), "{error}");
    }

    #[test]
    fn what_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        check(&folder.path().join("no/such/out.csv"), "folder does not exist");
        check(folder.path(), "is not a file");
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        check(&file.join("below"), "folder does not exist");
        let mut read_only = std::fs::metadata(&file).unwrap().permissions();
        read_only.set_readonly(true);
        std::fs::set_permissions(&file, read_only).unwrap();
        check(&file, "no permission");
        let full = FileError::new(&file, ErrorKind::StorageFull.into()).to_string();
        assert!(full.contains("disk is full"), "{full}");
    }
}
