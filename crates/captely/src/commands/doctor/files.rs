//! Whether files can be kept.

use std::time::Duration;

use captely_platform::files::FilesError;
use tokio::time::timeout;

use super::finding::{Finding, Health};
use crate::cli::DoctorArgs;
use crate::commands::files;
use crate::config::{FilesSettings, Settings};

/// Writes a small file, reads it and removes it.
pub(super) async fn look(settings: &Settings, args: &DoctorArgs) -> Vec<Finding> {
    let place = match &settings.files {
        FilesSettings::Folder(folder) => folder.display().to_string(),
        FilesSettings::Bucket(bucket) => {
            let at = bucket.endpoint.as_deref().unwrap_or("Amazon S3");
            format!("bucket {} at {at}", bucket.bucket)
        }
    };
    let limit = Duration::from_secs(args.timeout_s);
    let tried = timeout(limit, try_store(&settings.files)).await;
    let finding = match tried {
        Ok(Ok(())) => Finding::new(WHAT, Health::Works, format!("{place}: written and read")),
        Ok(Err(why)) => broken(format!("{place}: {why}")),
        Err(_elapsed) => broken(format!("{place}: gave no answer within {} s", limit.as_secs())),
    };
    vec![finding]
}

const WHAT: &str = "store of files";

fn broken(says: String) -> Finding {
    Finding::new(WHAT, Health::Broken, says).unlocking("uploads, imports by the server and results")
}

async fn try_store(settings: &FilesSettings) -> Result<(), FilesError> {
    files::open(settings)?.probe().await
}
