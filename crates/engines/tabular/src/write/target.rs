use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::WriteError;

/// Bytes held before they are written.
const BUFFER_BYTES: usize = 128 << 10;

/// Where a writer's bytes go.
pub(super) enum Target {
    /// To a file beside the one wanted, renamed at the end. A file dropped before that is removed.
    File { part: BufWriter<NamedTempFile>, path: PathBuf },
    /// To a stream that cannot be taken back.
    Stream(BufWriter<Box<dyn Write + Send>>),
}

impl Target {
    pub(super) fn at(path: &Path, file: &Arc<str>) -> Result<Self, WriteError> {
        if path.is_dir() {
            return Err(WriteError::IsFolder { file: Arc::clone(file) });
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".captely-").suffix(".part");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // Like any file a program makes: the caller's umask decides.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let part = builder.tempfile_in(folder).map_err(|source| io_error(file, source))?;
        let part = BufWriter::with_capacity(BUFFER_BYTES, part);
        Ok(Self::File { part, path: path.to_owned() })
    }

    pub(super) fn on(out: Box<dyn Write + Send>) -> Self {
        Self::Stream(BufWriter::with_capacity(BUFFER_BYTES, out))
    }

    /// Writes what is held and gives the file its name.
    pub(super) fn keep(mut self, file: &Arc<str>) -> Result<(), WriteError> {
        self.flush().map_err(|source| io_error(file, source))?;
        let Self::File { part, path } = self else { return Ok(()) };
        let part = part.into_inner().map_err(|why| io_error(file, why.into_error()))?;
        part.as_file().sync_all().map_err(|source| io_error(file, source))?;
        part.persist(path).map(drop).map_err(|why| io_error(file, why.error))
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File { part, .. } => part.write(bytes),
            Self::Stream(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File { part, .. } => part.flush(),
            Self::Stream(out) => out.flush(),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Target")
    }
}

/// Says what the system said, without the name of the part file, which the user never sees.
pub(super) fn io_error(file: &Arc<str>, source: io::Error) -> WriteError {
    let known = source.raw_os_error().is_some() || source.kind() == io::ErrorKind::Other;
    let source = if known { source } else { source.kind().into() };
    WriteError::Io { file: Arc::clone(file), source }
}
