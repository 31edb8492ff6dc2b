use bytes::Bytes;
use futures::TryStreamExt as _;

use super::{Files, FilesError};

impl Files {
    /// Writes a file of this name, reads it and removes it: whether the store can be worked with.
    pub async fn probe(&self, name: &str) -> Result<(), FilesError> {
        let given = Bytes::from_static(b"captely looks whether files can be kept here");
        self.put(name, given.clone()).await?;
        let got: Vec<Bytes> = self.get_stream(name).await?.try_collect().await?;
        self.delete(name).await?;
        if got.concat() == given {
            return Ok(());
        }
        let source = "what was read is not what was written".into();
        Err(FilesError::Store(object_store::Error::Generic { store: "probe", source }))
    }
}
