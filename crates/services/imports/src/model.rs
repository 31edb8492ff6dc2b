use std::collections::BTreeMap;

use captely_contact::Timestamp;
use captely_platform::ids::{ContactId, ImportId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! words {
    ($(#[$enum_doc:meta])+ $name:ident { $($(#[$doc:meta])+ $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$enum_doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])+ $variant),+ }

        impl $name {
            /// The word in the database and the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// What a word of the database or the API means.
            pub fn of_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// How far an import is.
    ImportState {
        /// Parts of the file are still to come.
        Uploading = "uploading",
        /// The file is here; it waits for being started.
        Ready = "ready",
        /// It waits for a worker.
        Pending = "pending",
        /// Rows are being read, or were when the process ended.
        Processing = "processing",
        /// Somebody stopped it for now; it goes on where it stopped.
        Paused = "paused",
        /// Somebody ended it; what was imported before stays and can be undone.
        Cancelled = "cancelled",
        /// It could not go on; what was imported before stays and can be undone.
        Failed = "failed",
        /// Every row is in.
        Done = "done",
        /// What it did is being taken back.
        Undoing = "undoing",
        /// What it did was taken back.
        Undone = "undone",
    }
}

words! {
    /// What was asked of an import while it runs.
    Wanted {
        /// To go on.
        Run = "run",
        /// To stop for now.
        Pause = "pause",
        /// To end.
        Cancel = "cancel",
    }
}

words! {
    /// What became of a row.
    Outcome {
        /// It made a contact or, where it names only a company, a company.
        Created = "created",
        /// It changed one that was there.
        Updated = "updated",
        /// It is the same as an earlier row of the file and was joined to it, or it showed two contacts to be
        /// one.
        Merged = "merged",
        /// Nothing of it was new.
        Unchanged = "unchanged",
        /// It was left out; its reason says why.
        Skipped = "skipped",
        /// It names nobody.
        Empty = "",
    }
}

words! {
    /// Where an import's rows come from.
    Source {
        /// A file of this machine, given to the command line.
        Local = "local",
        /// A file that was uploaded.
        Upload = "upload",
        /// Rows in a request.
        Leads = "leads",
    }
}

words! {
    /// How far the addresses of an import are checked.
    CheckState {
        /// It waits for the import's end, or for a worker.
        Waiting = "waiting",
        /// Addresses are being asked about, or put-off ones are waited for.
        Running = "running",
        /// Every address has what could be found out.
        Done = "done",
        /// It ended before that; its trouble says why.
        Stopped = "stopped",
    }
}

/// A file that was read into the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id in the workspace.
    pub id: ImportId,
    /// BLAKE3 of the file's bytes.
    pub content_hash: Vec<u8>,
    /// The columns as the file names them.
    pub header: Vec<String>,
    /// Rows stored, those that name nobody included.
    pub rows: u64,
    /// Rows that could not be read.
    pub faults: u64,
    /// What was repaired or left out while reading, in sentences; nothing where the file was in already.
    pub notes: Vec<String>,
    /// Cells that the widest row has behind the last column of the header.
    pub surplus: usize,
    /// Rows that an earlier, interrupted or finished reading of the same file had already stored.
    pub known_rows: u64,
}

/// How many rows became what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportCounts, example = json!({
    "rows": 1200, "faults": 2, "created": 1100, "updated": 60, "merged": 30, "unchanged": 5, "skipped": 3,
    "problems": 14,
}))]
pub struct Counts {
    /// Rows stored, those that name nobody included.
    pub rows: u64,
    /// Rows that could not be read.
    pub faults: u64,
    /// Rows that made a contact or a company.
    pub created: u64,
    /// Rows that changed one that was there.
    pub updated: u64,
    /// Rows joined to an earlier row, or that showed two contacts to be one.
    pub merged: u64,
    /// Rows of which nothing was new.
    pub unchanged: u64,
    /// Rows left out, with a reason.
    pub skipped: u64,
    /// Cells that could not be used as what their column is for.
    pub problems: u64,
}

/// What a dry run found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportDryRun)]
pub struct DryRunReport {
    /// How many rows would become what.
    pub counts: Counts,
    /// By how many contacts the workspace would grow; `counts.created` has companies too.
    #[serde(default)]
    #[schema(example = 1080)]
    pub contacts_new: u64,
    /// What would be repaired or left out, in sentences.
    #[schema(example = json!(["3 row(s) without any value are left out"]))]
    pub notes: Vec<String>,
    /// Why the file cannot be imported, in a sentence; null where it can.
    #[schema(example = "leads.csv: the file ends in the middle of a row")]
    pub trouble: Option<String>,
}

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportUndo)]
pub struct UndoReport {
    /// Contacts that it had made and that are gone again.
    #[schema(example = 1100)]
    pub removed: u64,
    /// Contacts that it had made and that stay.
    #[schema(example = 4)]
    pub kept: u64,
    /// Why they stay: `named_by_another_list`, `changed_since`, `paid_for`, `merged`.
    #[schema(example = json!({"paid_for": 4}))]
    pub kept_because: BTreeMap<String, u64>,
    /// Companies that it had made and that are gone again.
    #[schema(example = 310)]
    pub companies_removed: u64,
    /// Contacts and companies that have their earlier values again.
    #[schema(example = 60)]
    pub restored: u64,
    /// Values that were changed since and stay.
    #[schema(example = 2)]
    pub values_kept: u64,
    /// Merges that were undone.
    #[schema(example = 3)]
    pub unmerged: u64,
    /// Merges that stay, since the contact was merged on.
    #[schema(example = 0)]
    pub merges_kept: u64,
}

/// An import as the workspace knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportJob {
    /// Its id in the workspace.
    pub id: ImportId,
    /// The name of the file, without its folder.
    pub file_name: String,
    /// Where its rows come from.
    pub source: Source,
    /// How far it is.
    pub state: ImportState,
    /// What was asked of it.
    pub wanted: Wanted,
    /// The columns as the file names them; nothing before it was looked at.
    pub header: Vec<String>,
    /// What each column goes to: words of roles, `custom.NAME`.
    pub columns: Vec<String>,
    /// How it is read, as JSON.
    pub options: String,
    /// What happens to contacts that are there already, as JSON.
    pub policy: String,
    /// Tags for each of its contacts.
    pub tags: Vec<String>,
    /// The name of the raw file in the file store.
    pub file_key: Option<String>,
    /// Its size.
    pub file_bytes: u64,
    /// BLAKE3 of its bytes.
    pub content_hash: Vec<u8>,
    /// Who began it; none for the command line.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its first row was read.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// How many rows became what.
    pub counts: Counts,
    /// The number of the last data row that is in.
    pub n_read: u64,
    /// Rows the file has, where they were counted.
    pub n_expected: Option<u64>,
    /// What was repaired or left out, in sentences.
    pub notes: Vec<String>,
    /// Why it failed or cannot begin, in a sentence.
    pub trouble: Option<String>,
}

/// One row as the file gave it, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Data row, from 1.
    pub number: u64,
    /// Physical line or sheet row, from 1.
    pub line: u64,
    /// Whom it is about; `None` for a row that names nobody.
    pub contact: Option<ContactId>,
    /// The cells as read; where there are more than the header has columns, the rest is surplus.
    pub cells: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it was skipped or merged, in a sentence.
    pub reason: Option<String>,
}

/// What could not be used of a row: the whole of it, or a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Data row, from 1.
    pub number: u64,
    /// Physical line or sheet row, from 1.
    pub line: u64,
    /// The column in the file, from 1; 0 for the whole row.
    pub column: u32,
    /// The column's name.
    pub column_name: String,
    /// The cell as it stood there, cut to [`PROBLEM_VALUE_CHARS_MAX`](crate::PROBLEM_VALUE_CHARS_MAX) characters.
    pub value: String,
    /// What is wrong with it, in a sentence.
    pub reason: String,
}
