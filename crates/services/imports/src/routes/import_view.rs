use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::{Counts, ImportJob};

/// An import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(crate) struct ImportView {
    #[schema(example = "imp_019900000000700080000000000000ab")]
    id: String,
    /// The name of the file; of leads, where they come from.
    #[schema(example = "leads.csv")]
    file_name: String,
    /// `upload`, `leads`, or `local` for the command line.
    #[schema(example = "upload")]
    source: &'static str,
    /// `uploading`, `ready`, `pending`, `processing`, `paused`, `cancelled`, `failed`, `done`, `undoing`,
    /// `undone`.
    #[schema(example = "processing")]
    status: &'static str,
    /// What was asked of it while it runs: `run`, `pause`, `cancel`.
    #[schema(example = "run")]
    wanted: &'static str,
    /// Rows that the file has, where they were counted.
    #[schema(example = 1202)]
    total_count: Option<u64>,
    /// Rows that are through, those that could not be read included.
    #[schema(example = 800)]
    completed_count: u64,
    /// How many rows became what.
    counts: Counts,
    /// What each column goes to, by the column's name; `unknown` ones are kept with the row.
    #[schema(example = json!({"Company": "company_name"}))]
    columns: BTreeMap<String, String>,
    /// Who wins where a row meets a contact that is there.
    #[schema(
        value_type = Object,
        example = json!({"usual": "fill_blanks", "fields": {}, "merge_known": false}),
    )]
    policy: serde_json::Value,
    #[schema(example = json!(["imported"]))]
    tags: Vec<String>,
    /// The size of the file.
    #[schema(example = 104_857)]
    file_bytes: u64,
    /// Whether the raw file is still kept.
    file_kept: bool,
    /// What was repaired or left out, in sentences.
    #[schema(example = json!(["3 row(s) without any value are left out"]))]
    notes: Vec<String>,
    /// Why it failed or cannot begin; null where nothing is wrong.
    #[schema(example = "leads.csv: the file ends in the middle of a row")]
    trouble: Option<String>,
    #[schema(example = "usr_019900000000700080000000000000ab")]
    created_by: Option<String>,
    #[schema(example = "2026-01-02T03:04:05Z")]
    created_at: String,
    #[schema(example = "2026-01-02T03:04:06Z")]
    started_at: Option<String>,
    #[schema(example = "2026-01-02T03:05:00Z")]
    finished_at: Option<String>,
}

impl ImportView {
    pub(crate) fn of(job: ImportJob) -> Self {
        let names = captely_tabular::distinct_names(&job.header);
        Self {
            id: job.id.to_string(),
            source: job.source.as_str(),
            status: job.state.as_str(),
            wanted: job.wanted.as_str(),
            total_count: job.n_expected,
            completed_count: job.counts.rows.saturating_add(job.counts.faults),
            counts: job.counts,
            columns: names.into_iter().zip(job.columns).collect(),
            // What is kept is JSON; an import that was not started has nothing yet.
            policy: serde_json::from_str(&job.policy).unwrap_or_default(),
            tags: job.tags,
            file_bytes: job.file_bytes,
            file_kept: job.file_key.is_some(),
            file_name: job.file_name,
            notes: job.notes,
            trouble: job.trouble,
            created_by: job.created_by.map(|id| id.to_string()),
            created_at: job.created_at.to_string(),
            started_at: job.started_at.map(|at| at.to_string()),
            finished_at: job.finished_at.map(|at| at.to_string()),
        }
    }
}
