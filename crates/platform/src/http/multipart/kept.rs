use tokio::runtime::Handle;

use crate::files::Files;

/// A file that goes again, unless it is said to stay: the rest of its form may be wrong, or never come.
pub(super) struct Kept<'f> {
    files: &'f Files,
    name: &'f str,
    stays: bool,
}

impl<'f> Kept<'f> {
    pub(super) fn new(files: &'f Files, name: &'f str) -> Self {
        Self { files, name, stays: false }
    }

    pub(super) fn stays(mut self) {
        self.stays = true;
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if self.stays {
            return;
        }
        let (files, name) = (self.files.clone(), self.name.to_owned());
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if let Err(why) = files.clear(&name).await {
                    tracing::warn!(%why, "A file of a refused form could not be removed");
                }
            });
        }
    }
}
