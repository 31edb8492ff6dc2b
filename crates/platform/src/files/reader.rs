use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::{cmp, fmt};

use bytes::{Buf as _, Bytes};
use futures::StreamExt as _;
use object_store::{GetOptions, GetRange, ObjectStore as _};
use tokio::runtime::Handle;

use super::error::failed;
use super::name::path;
use super::store::pieces;
use super::{ByteStream, Files, FilesError};

/// A file of the store for code that reads and waits. It must be read on a thread where waiting is allowed
/// (`tokio::task::spawn_blocking`); on another it panics where the store is a bucket.
pub struct FileReader(From);

enum From {
    Folder(File),
    Stream { runtime: Handle, pieces: ByteStream, current: Bytes },
}

impl Files {
    /// The file from byte `from` on, to its end. Nothing comes where it has no more than that.
    pub async fn reader(&self, name: &str, from: u64) -> Result<FileReader, FilesError> {
        if let Some(local) = self.local_path(name)? {
            let opened = tokio::task::spawn_blocking(move || {
                let mut file = File::open(local)?;
                file.seek(SeekFrom::Start(from))?;
                Ok::<_, io::Error>(file)
            });
            let opened = opened.await.map_err(io::Error::other).flatten();
            return opened.map(From::Folder).map(FileReader).map_err(|why| unopened(name, why));
        }
        let runtime = Handle::current();
        if from > 0 && self.bytes_of(name).await? <= from {
            let pieces = futures::stream::empty().boxed();
            return Ok(FileReader(From::Stream { runtime, pieces, current: Bytes::new() }));
        }
        let range = (from > 0).then_some(GetRange::Offset(from));
        let options = GetOptions { range, ..GetOptions::default() };
        let got = self.store.get_opts(&path(name)?, options).await;
        let pieces = pieces(got.map_err(|why| failed(name, why))?, name);
        Ok(FileReader(From::Stream { runtime, pieces, current: Bytes::new() }))
    }

    async fn bytes_of(&self, name: &str) -> Result<u64, FilesError> {
        let size = self.size(name).await?;
        size.ok_or_else(|| FilesError::NotFound { name: name.to_owned() })
    }
}

fn unopened(name: &str, why: io::Error) -> FilesError {
    if why.kind() == io::ErrorKind::NotFound {
        return FilesError::NotFound { name: name.to_owned() };
    }
    let source = Box::new(why);
    failed(name, object_store::Error::Generic { store: "folder", source })
}

impl Read for FileReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            From::Folder(file) => file.read(into),
            From::Stream { runtime, pieces, current } => {
                while current.is_empty() {
                    match runtime.block_on(pieces.next()) {
                        None => return Ok(0),
                        Some(piece) => *current = piece.map_err(io::Error::other)?,
                    }
                }
                let n = cmp::min(into.len(), current.len());
                let Some(into) = into.get_mut(..n) else { return Ok(0) };
                current.copy_to_slice(into);
                Ok(n)
            }
        }
    }
}

impl fmt::Debug for FileReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            From::Folder(_) => "FileReader(folder)",
            From::Stream { .. } => "FileReader(stream)",
        })
    }
}
