//! Imports as they are shown.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, UserId, WorkspaceId};
use serde::Deserialize;
use uuid::Uuid;

use super::{of_json, unsigned};
use crate::{Counts, ImportJob, ImportState, Source, Wanted};

/// One statement for all of it: on PostgreSQL a second would see what was committed between. A row of the driver has
/// at most 16 columns, so what is a number comes as one list.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT id, file_name, source, state, wanted, header, roles, options, policy, tags, notes, \
             file_key, trouble, content_hash, created_by, \
             '[' || created_at || ',' || started_at || ',' || COALESCE(CAST(finished_at AS TEXT), 'null') \
             || ',' || file_bytes || ',' || n_read || ',' || COALESCE(CAST(n_expected AS TEXT), 'null') \
             || ',' || n_rows || ',' || n_faults || ',' || n_created || ',' || n_updated || ',' || n_merged \
             || ',' || n_unchanged || ',' || n_skipped || ',' || n_problems || ']' \
             FROM import_job WHERE workspace_id = $1 AND ",
            $which
        )
    };
}

captely_platform::statements! {
    pub(crate) fn statements;

    const ONE: &str = select!("id = $2");
    const PAGE: &str =
        select!("(created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4");
}

type Found = (
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
    String,
    Option<String>,
    Option<String>,
    Vec<u8>,
    Option<Uuid>,
    String,
);

/// The numbers, in the order of the statement.
#[derive(Deserialize)]
struct Numbers(
    i64,
    i64,
    Option<i64>,
    i64,
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
);

/// One import.
pub(crate) async fn one(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<Option<ImportJob>, DbError> {
    let found: Option<Found> = tx.one(Stmt::text(ONE, [workspace.into(), id.into()])).await?;
    found.map(job).transpose()
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
    let values: [Value; 4] = [workspace.into(), at.into(), id.into(), most.into()];
    let found: Vec<Found> = tx.all(Stmt::text(PAGE, values)).await?;
    found.into_iter().map(job).collect()
}

fn job(found: Found) -> Result<ImportJob, DbError> {
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
        notes,
        file_key,
        trouble,
        content_hash,
        by,
        numbers,
    ) = found;
    let Numbers(
        at,
        started,
        finished,
        file_bytes,
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
    ) = of_json(&numbers, "an import's numbers")?;
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
