use std::collections::BTreeMap;

use captely_contact::Timestamp;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _};

use super::error::failed;
use super::name::path;
use super::{Files, FilesError};

/// A file of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its whole name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// When it was written, by the store's clock.
    pub written_at: Timestamp,
}

impl Listed {
    fn of(meta: &ObjectMeta) -> Self {
        let written_at = Timestamp::micros(meta.last_modified.timestamp_micros());
        Self { name: meta.location.to_string(), bytes: meta.size, written_at }
    }
}

impl Files {
    /// All files below the folder `under`, in no order: the store is gone through once, where each page of
    /// [`Files::list`] goes through the whole of a folder. A file that comes or goes meanwhile may be among
    /// them or not.
    pub fn walk(
        &self,
        under: &str,
    ) -> Result<BoxStream<'static, Result<Listed, FilesError>>, FilesError> {
        let under = under.to_owned();
        let found = self.store.list(Some(&path(&under)?));
        let listed = move |meta: object_store::Result<ObjectMeta>| {
            meta.map(|meta| Listed::of(&meta)).map_err(|why| failed(&under, why))
        };
        Ok(found.map(listed).boxed())
    }

    /// A file as a list shows it; none where there is none.
    pub async fn find(&self, name: &str) -> Result<Option<Listed>, FilesError> {
        match self.store.head(&path(name)?).await {
            Ok(meta) => Ok(Some(Listed::of(&meta))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(why) => Err(failed(name, why)),
        }
    }

    /// Up to `most` files below the folder `under`, behind the name `after`, by name. Files that are being
    /// written are not among them.
    pub async fn list(
        &self,
        under: &str,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<Listed>, FilesError> {
        let prefix = path(under)?;
        let offset = after.map(path).transpose()?;
        let mut found = match &offset {
            Some(offset) => self.store.list_with_offset(Some(&prefix), offset),
            None => self.store.list(Some(&prefix)),
        };
        // A bucket lists by name; a folder as it likes, so there the first are picked from all.
        let in_order = self.is_direct();
        let mut first: BTreeMap<String, Listed> = BTreeMap::new();
        while let Some(meta) = found.next().await {
            let file = Listed::of(&meta.map_err(|why| failed(under, why))?);
            first.insert(file.name.clone(), file);
            if first.len() > most {
                first.pop_last();
            }
            if in_order && first.len() >= most {
                break;
            }
        }
        Ok(first.into_values().collect())
    }
}
