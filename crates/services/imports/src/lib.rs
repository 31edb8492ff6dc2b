#![doc = include_str!("../README.md")]

mod asked;
mod columns;
mod control;
mod dry_run;
mod enter;
mod error;
mod finish;
mod forget_person;
mod import;
mod jobs;
mod kept;
mod leads;
mod local;
mod look;
mod mapping;
mod model;
mod open_file;
mod options;
mod paged_file;
mod preview;
mod problems;
mod reading;
mod record;
mod results;
mod routes;
mod service;
mod shown;
mod start;
mod stop;
mod store;
mod tagged;
mod trial;
mod undo;
mod upload;
mod verified;
mod walk;
mod watched;

use captely_platform::db::Migration;

pub use asked::{TAG_CHARS_MAX, TAGS_MAX};
pub use dry_run::Tried;
pub use error::ImportsError;
pub use finish::LOCAL_SEARCHES;
pub use import::{Ask, ImportError, Importer};
pub use jobs::{
    DryRun, ForgetFiles, ForgetPerson, RunImport, TagImport, UndoImport, handlers, schedules,
};
pub use leads::{LEADS_MAX, Lead, LeadIn, Leads, LeadsFrom, LeadsIn, SESSION_LEADS_MAX};
pub use local::{import_job, import_jobs};
pub use mapping::{
    ColumnMap, MAPPING_NAME_CHARS_MAX, MAPPINGS_LISTED_MAX, MappedColumn, MappingError,
    SavedMapping, Target, delete_mapping, find_mapping, list_mappings, mapping_used, save_mapping,
};
pub use model::{
    CheckState, Counts, DryRunReport, Fault, Import, ImportJob, ImportRow, ImportState, Outcome,
    Source, UndoReport, Wanted,
};
pub use options::ImportOptions;
pub use preview::{
    ColumnPreview, FormPreview, List, MappingProblem, PREVIEW_ROWS_MAX, Preview, PreviewCounts,
    PreviewProblem, RowPreview,
};
pub use problems::write_problems;
pub use record::{
    CellProblem, ColumnFacts, LONG_TEXT_BYTES_MAX, PROBLEM_VALUE_CHARS_MAX, ReadingRules, Record,
    RecordReader, TEXT_BYTES_MAX,
};
pub use results::write_results;
pub use routes::{ImportRoutes, routes};
pub use service::{ImportSettings, Imports};
pub use shown::Whole;
pub use start::Start;
pub use store::faults::first as first_faults;
pub use store::rows::{
    all_page as rows_page, contacts as rows_with_contacts, statements as row_statements,
};
pub use upload::{
    Arrived, BytesAndHash, Forgotten, NewUpload, PART_BYTES, Received, UploadError, UploadState,
    Uploaded,
};
pub use verified::{
    AddressCounts, Checked, SoFar, VERIFY_IMPORT, Verified, ask_to_verify, checked, end_checked,
    hold_checked, import_to_verify, note_checked,
};

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        family: "imports",
        number: 1,
        name: "import",
        sql: include_str!("../migrations/0001_import.sql"),
    },
    Migration {
        family: "imports",
        number: 2,
        name: "service",
        sql: include_str!("../migrations/0002_service.sql"),
    },
    Migration {
        family: "imports",
        number: 3,
        name: "forget",
        sql: include_str!("../migrations/0003_forget.sql"),
    },
    Migration {
        family: "imports",
        number: 4,
        name: "verified",
        sql: include_str!("../migrations/0004_verified.sql"),
    },
    Migration {
        family: "imports",
        number: 5,
        name: "person",
        sql: include_str!("../migrations/0005_person.sql"),
    },
];

/// Every statement of this service, for the test that prepares them on both databases.
pub fn statements() -> Vec<&'static str> {
    store::statements()
}
