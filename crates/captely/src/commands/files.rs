//! The store of files, as the settings have it.

use std::sync::Arc;

use captely_platform::clock::Clock;
use captely_platform::files::{Files, FilesError, Links};
use captely_platform::secrets::Keyring;

use crate::config::{FilesSettings, Settings};

/// Opens it. Nothing is asked of a bucket yet; a folder is made if it is missing.
pub(super) fn open(settings: &FilesSettings) -> Result<Files, FilesError> {
    match settings {
        FilesSettings::Folder(folder) => Files::local(folder),
        FilesSettings::Bucket(config) => Files::s3(config),
    }
}

/// The same, able to give links to its files.
pub(super) fn with_links(
    settings: &Settings,
    keys: &Keyring,
    clock: &Arc<dyn Clock>,
) -> Result<Files, FilesError> {
    let public_url = settings.server.http.public_url.clone();
    let links = Links { keys: keys.clone(), public_url, clock: Arc::clone(clock) };
    Ok(open(&settings.files)?.with_links(links))
}
