use std::collections::BTreeMap;

use captely_contact::Timestamp;
use futures::StreamExt as _;
use object_store::ObjectStore as _;

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

impl Files {
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
            let meta = meta.map_err(|why| failed(under, why))?;
            let name = meta.location.to_string();
            let written_at = Timestamp::micros(meta.last_modified.timestamp_micros());
            first.insert(name.clone(), Listed { name, bytes: meta.size, written_at });
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
