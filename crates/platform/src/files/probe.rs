use bytes::Bytes;
use futures::TryStreamExt as _;

use super::{Files, FilesError};

/// One name for all, so that what a kill leaves is written over by the next.
const NAME: &str = "probe";

impl Files {
    /// Writes a small file, reads it and removes it: whether the store can be worked with.
    pub async fn probe(&self) -> Result<(), FilesError> {
        let given = Bytes::from_static(b"captely looks whether files can be kept here");
        self.put(NAME, given.clone()).await?;
        let got = async { self.get_stream(NAME).await?.try_collect::<Vec<Bytes>>().await }.await;
        // Before anything is judged: nothing is to be left.
        self.clear(NAME).await?;
        if got?.concat() == given {
            return Ok(());
        }
        let source = "what was read is not what was written".into();
        Err(FilesError::Store(object_store::Error::Generic { store: "probe", source }))
    }
}
