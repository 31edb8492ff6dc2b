//! The background jobs of this service, one a file.

mod dry_run;
mod forget_files;
mod forget_person;
mod run_import;
mod tag_import;
mod undo_import;

use std::sync::Arc;

use captely_contact::Timestamp;
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_platform::jobs::{Handler, Job, Schedule, Verdict};
use serde::Deserialize;

pub use dry_run::DryRun;
pub use forget_files::ForgetFiles;
pub use forget_person::ForgetPerson;
pub use run_import::RunImport;
pub use tag_import::TagImport;
pub use undo_import::UndoImport;

use crate::{Imports, ImportsError};

pub(crate) const RUN_IMPORT: &str = "imports_run.v1";
pub(crate) const FORGET_PERSON: &str = "imports_forget_person.v1";
pub(crate) const DRY_RUN: &str = "imports_dry_run.v1";
pub(crate) const TAG_IMPORT: &str = "imports_tag.v1";
pub(crate) const UNDO_IMPORT: &str = "imports_undo.v1";

const DAY_S: u32 = 86_400;
const ATTEMPTS_MAX: u32 = 5;

/// When they are done: files are forgotten once a day, in one process of all.
pub fn schedules(now: Timestamp) -> [Schedule; 1] {
    [Schedule {
        workspace: WorkspaceId::INSTALLATION,
        name: "imports_forget_files".to_owned(),
        queue: forget_files::QUEUE,
        payload: serde_json::json!({}),
        attempts_max: ATTEMPTS_MAX,
        every_s: DAY_S,
        first_at: now,
    }]
}

/// What does them.
pub fn handlers(imports: &Imports) -> [Arc<dyn Handler>; 6] {
    [
        Arc::new(RunImport(imports.clone())),
        Arc::new(DryRun(imports.clone())),
        Arc::new(TagImport(imports.clone())),
        Arc::new(UndoImport(imports.clone())),
        Arc::new(ForgetFiles(imports.clone())),
        Arc::new(ForgetPerson(imports.clone())),
    ]
}

/// What these jobs need to know.
#[derive(Debug, Deserialize)]
struct Payload {
    import: ImportId,
}

pub(crate) fn import_of(job: &Job) -> Result<ImportId, String> {
    let payload: Result<Payload, _> = serde_json::from_value(job.payload.clone());
    payload.map(|p| p.import).map_err(|why| format!("its payload cannot be read: {why}"))
}

/// What no longer exists needs no work; what fails is tried again.
fn verdict(done: Result<(), ImportsError>) -> Verdict {
    match done {
        Ok(()) | Err(ImportsError::NotFound) => Verdict::Done,
        Err(why) => Verdict::Trouble { why: why.to_string() },
    }
}
