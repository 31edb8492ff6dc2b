use std::io;

use captely_platform::files::{Files, FilesError};
use captely_platform::http::Pieces;
use futures::stream;

/// Rows as a file, at most.
const ROWS_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// Writes a file that is made piece by piece into the store.
pub(crate) async fn keep(files: &Files, name: &str, file: impl Pieces) -> Result<(), FilesError> {
    let pieces = stream::try_unfold(file, |mut file| async move {
        Ok::<_, io::Error>(file.next().await?.map(|bytes| (bytes.into(), file)))
    });
    files.put_stream(name, Box::pin(pieces), ROWS_BYTES_MAX).await?;
    Ok(())
}
