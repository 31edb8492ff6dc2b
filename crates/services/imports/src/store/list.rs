//! Imports as they are shown.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, UserId, WorkspaceId};
use uuid::Uuid;

use super::{of_json, unsigned};
use crate::{Counts, ImportJob, ImportState, Source, Wanted};

macro_rules! words_of {
    ($which:literal) => {
        concat!(
            "SELECT id, file_name, source, state, wanted, header, roles, options, policy, tags, \
             file_key, file_bytes, content_hash, created_by, created_at FROM import_job \
             WHERE workspace_id = $1 AND ",
            $which
        )
    };
}
macro_rules! figures_of {
    ($which:literal) => {
        concat!(
            "SELECT started_at, finished_at, n_read, n_expected, n_rows, n_faults, n_created, \
             n_updated, n_merged, n_unchanged, n_skipped, n_problems, notes, trouble FROM import_job \
             WHERE workspace_id = $1 AND ",
            $which
        )
    };
}
const ONE: &str = words_of!("id = $2");
const ONE_FIGURES: &str = figures_of!("id = $2");
const PAGE: &str =
    words_of!("(created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4");
const PAGE_FIGURES: &str =
    figures_of!("(created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4");

/// Every statement of this file.
pub(crate) fn statements() -> Vec<&'static str> {
    vec![ONE, ONE_FIGURES, PAGE, PAGE_FIGURES]
}

type Words = (
    Uuid,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    i64,
    Vec<u8>,
    Option<Uuid>,
    i64,
);
type Figures = (
    i64,
    Option<i64>,
    i64,
    Option<i64>,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    String,
    Option<String>,
);

/// One import.
pub(crate) async fn one(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<Option<ImportJob>, DbError> {
    let values = || -> [Value; 2] { [workspace.into(), id.into()] };
    let words: Option<Words> = tx.one(Stmt::text(ONE, values())).await?;
    let figures: Option<Figures> = tx.one(Stmt::text(ONE_FIGURES, values())).await?;
    words.zip(figures).map(|(words, figures)| job(words, figures)).transpose()
}

/// Up to `most` imports, the newest first, behind the one of this moment and id.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    before: Option<(Timestamp, ImportId)>,
    most: u32,
) -> Result<Vec<ImportJob>, DbError> {
    let (at, id) =
        before.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.as_micros(), id.as_uuid()));
    let values = || -> [Value; 4] { [workspace.into(), at.into(), id.into(), most.into()] };
    let words: Vec<Words> = tx.all(Stmt::text(PAGE, values())).await?;
    let figures: Vec<Figures> = tx.all(Stmt::text(PAGE_FIGURES, values())).await?;
    words.into_iter().zip(figures).map(|(words, figures)| job(words, figures)).collect()
}

fn job(words: Words, figures: Figures) -> Result<ImportJob, DbError> {
    let (
        id,
        file_name,
        source,
        state,
        wanted,
        header,
        columns,
        options,
        policy,
        tags,
        file_key,
        file_bytes,
        content_hash,
        by,
        at,
    ) = words;
    let (
        started,
        finished,
        read,
        expected,
        rows,
        faults,
        created,
        updated,
        merged,
        unchanged,
        skipped,
        problems,
        notes,
        trouble,
    ) = figures;
    let odd = |what: &str, word: &str| DbError::Decode(format!("an import's {what} is {word:?}"));
    Ok(ImportJob {
        id: ImportId::from(id),
        file_name,
        source: Source::of_word(&source).ok_or_else(|| odd("source", &source))?,
        state: ImportState::of_word(&state).ok_or_else(|| odd("state", &state))?,
        wanted: Wanted::of_word(&wanted).ok_or_else(|| odd("wish", &wanted))?,
        header: of_json(&header, "an import's header")?,
        columns: of_json(&columns, "an import's columns")?,
        options,
        policy,
        tags: of_json(&tags, "an import's tags")?,
        file_key,
        file_bytes: unsigned(file_bytes),
        content_hash,
        created_by: by.map(UserId::from),
        created_at: Timestamp::micros(at),
        started_at: (started > 0).then(|| Timestamp::micros(started)),
        finished_at: finished.map(Timestamp::micros),
        counts: Counts {
            rows: unsigned(rows),
            faults: unsigned(faults),
            created: unsigned(created),
            updated: unsigned(updated),
            merged: unsigned(merged),
            unchanged: unsigned(unchanged),
            skipped: unsigned(skipped),
            problems: unsigned(problems),
        },
        n_read: unsigned(read),
        n_expected: expected.map(unsigned),
        notes: of_json(&notes, "an import's notes")?,
        trouble,
    })
}
