use std::error::Error;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use super::{ByteStream, Files, FilesError, Written};

impl Files {
    /// Puts files together into one, in order, whole or not at all; they stay. Tells `progress` how many
    /// bytes are read. Nobody else may write `name`, ever: whoever begins again takes another. Dropped or killed in
    /// the middle, it leaves the parts as they were.
    pub async fn compose(
        &self,
        parts: Vec<String>,
        name: &str,
        bytes_max: u64,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<Written, FilesError> {
        let files = self.clone();
        let read = stream::iter(parts).then(move |part| {
            let files = files.clone();
            async move { files.get_stream(&part).await }
        });
        let read: ByteStream = read.try_flatten().boxed();
        let mut bytes = 0_u64;
        let all = read.inspect_ok(|piece| {
            bytes = bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            progress(bytes);
        });
        let written = self.put_new(name, std::pin::pin!(all), bytes_max).await;
        written.map_err(|why| match why {
            // What could not be read is told as what it is, and not as a client that went away.
            FilesError::BrokenOff { name, source } => own(source)
                .map_or_else(|source| FilesError::BrokenOff { name, source }, |inner| *inner),
            other => other,
        })
    }
}

fn own(
    source: Box<dyn Error + Send + Sync>,
) -> Result<Box<FilesError>, Box<dyn Error + Send + Sync>> {
    source.downcast::<FilesError>()
}
