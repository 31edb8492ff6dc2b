//! The folder in which one running captely keeps what is its own.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::ids::Ids;

/// The largest lock or node file that is read, in bytes.
const SMALL_FILE_BYTES_MAX: u64 = 256;

/// Why the data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another process holds it.
    #[error(
        "another captely is running on the data directory {path}{who}; wait for it, stop it, or \
         give this one another directory with --data-dir",
        path = path.display()
    )]
    Taken {
        /// The directory.
        path: PathBuf,
        /// ` (process 123)`, or empty where it is not known.
        who: String,
    },
    /// It cannot be made, read or written.
    #[error("the data directory {path} cannot be used: {source}", path = path.display())]
    Io {
        /// The directory, or the file in it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A data directory held by this process alone, until it is dropped or the process ends in whatever
/// way: the lock is the operating system's.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    node: Uuid,
    _lock: File,
}

impl DataDir {
    /// Opens the directory, making it (mode 0700) if it is missing, and takes it for this process.
    pub fn open(path: &Path, ids: &Ids) -> Result<Self, DataDirError> {
        make(path).map_err(|source| DataDirError::Io { path: path.to_owned(), source })?;
        let lock = take(path)?;
        let file = path.join("node");
        let node = node(&file, ids).map_err(|source| DataDirError::Io { path: file, source })?;
        Ok(Self { path: path.to_owned(), node, _lock: lock })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Of the directory: the same each time it is opened.
    pub const fn node(&self) -> Uuid {
        self.node
    }

    /// What the names of this node's workers start with. At a start all leases of this prefix are
    /// from a process that is gone: give it to `jobs::release`.
    pub fn worker_prefix(&self) -> String {
        format!("{}/", self.node.simple())
    }

    /// The embedded database.
    pub fn database(&self) -> PathBuf {
        self.path.join("captely.db")
    }

    /// The encryption keys, unless the environment holds them.
    pub fn key(&self) -> PathBuf {
        self.path.join("key")
    }

    /// The files of the local file store.
    pub fn files(&self) -> PathBuf {
        self.path.join("files")
    }

    /// The log files.
    pub fn logs(&self) -> PathBuf {
        self.path.join("logs")
    }
}

fn make(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The lock file held by this process, with its number inside.
fn take(path: &Path) -> Result<File, DataDirError> {
    let fail = |source| DataDirError::Io { path: path.to_owned(), source };
    let name = path.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&name)
        .map_err(fail)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = small(&mut file).unwrap_or_default();
            let number = holder.trim().parse::<u32>();
            let who =
                number.map_or_else(|_unknown| String::new(), |pid| format!(" (process {pid})"));
            return Err(DataDirError::Taken { path: path.to_owned(), who });
        }
        Err(TryLockError::Error(source)) => return Err(fail(source)),
    }
    let write = |file: &mut File| {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    write(&mut file).map_err(fail)?;
    Ok(file)
}

/// The node's id, made at the first opening. Only the holder of the lock comes here.
fn node(file: &Path, ids: &Ids) -> io::Result<Uuid> {
    let mut open =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(file)?;
    let text = small(&mut open)?;
    if let Ok(node) = Uuid::try_parse(text.trim()) {
        return Ok(node);
    }
    // Missing, or cut short by a crash while it was made: no lease can bear it yet.
    let node = ids.uuid();
    open.set_len(0)?;
    open.rewind()?;
    writeln!(open, "{}", node.simple())?;
    open.sync_all()?;
    Ok(node)
}

fn small(file: &mut File) -> io::Result<String> {
    let mut out = String::new();
    file.take(SMALL_FILE_BYTES_MAX).read_to_string(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::chance::Chance;
    use crate::clock::TestClock;

    fn ids(seed: u64) -> Ids {
        Ids::new(Arc::new(TestClock::default()), Arc::new(Chance::from_seed(seed)))
    }

    #[test]
    fn held_by_one_and_its_node_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/data");
        let first = DataDir::open(&path, &ids(1)).unwrap();
        let node = first.node();
        let error = DataDir::open(&path, &ids(2)).unwrap_err().to_string();
        assert!(error.contains(path.to_str().unwrap()), "{error}");
        assert!(error.contains(&format!("(process {})", std::process::id())), "{error}");
        drop(first);
        let again = DataDir::open(&path, &ids(3)).unwrap();
        assert_eq!(again.node(), node);
        assert!(again.worker_prefix().starts_with(&node.simple().to_string()));
        assert_eq!(again.database(), path.join("captely.db"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
    }

    #[test]
    fn a_file_is_no_directory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "").unwrap();
        let error = DataDir::open(&path, &ids(1)).unwrap_err().to_string();
        assert!(error.contains(path.to_str().unwrap()), "{error}");
    }
}
