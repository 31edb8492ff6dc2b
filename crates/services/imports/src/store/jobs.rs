use captely_contact::Timestamp;
use captely_crm::Policy;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, UserId, WorkspaceId};
use serde::Serialize;
use uuid::Uuid;

use super::advance::Reached;
use super::{json, signed, unsigned};
use crate::{ImportState, Source};

captely_platform::statements! {
    pub(crate) fn statements;

    const INSERT: &str = "INSERT INTO import_job (workspace_id, id, file_name, source, state, created_at, \
        created_by, content_hash, header, roles, options, policy, tags, file_key, file_bytes, started_at, \
        n_expected, n_read, n_rows, n_faults, n_surplus) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, 0, 0, 0)";

    const FIND: &str = "SELECT id, state, n_read, n_rows, n_faults, n_surplus FROM import_job \
        WHERE workspace_id = $1 AND content_hash = $2 AND header = $3 AND roles = $4 AND policy = $5 \
        AND tags = $6 AND options = $7 AND source = 'local' AND state IN ('processing', 'failed', $8) \
        ORDER BY created_at DESC, id DESC LIMIT 1";

    const OF_SESSION: &str = "SELECT CAST(COALESCE(SUM(n_rows), 0) AS BIGINT) FROM import_job \
        WHERE workspace_id = $1 AND content_hash = $2 AND source = 'leads'";
}

/// An import to store. [`NewJob::of`] makes one; what it leaves out is said beside it.
#[derive(Debug, Clone)]
pub(crate) struct NewJob {
    pub(crate) id: ImportId,
    pub(crate) file_name: String,
    pub(crate) source: Source,
    pub(crate) state: ImportState,
    pub(crate) created_by: Option<UserId>,
    pub(crate) same: Sameness,
    pub(crate) file_key: Option<String>,
    pub(crate) file_bytes: u64,
    pub(crate) n_expected: Option<u64>,
    pub(crate) now: Timestamp,
}

impl NewJob {
    /// An import whose rows are entered from now on, by nobody who is known, and without a file in the store.
    pub(crate) const fn of(
        source: Source,
        id: ImportId,
        file_name: String,
        same: Sameness,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            file_name,
            source,
            state: ImportState::Processing,
            created_by: None,
            same,
            file_key: None,
            file_bytes: 0,
            n_expected: None,
            now,
        }
    }
}

/// What makes two readings the same: the file's content, how it is read, how its columns are understood, and
/// what is done with whom it names.
#[derive(Debug, Clone)]
pub(crate) struct Sameness {
    /// BLAKE3.
    pub(crate) content_hash: Vec<u8>,
    pub(crate) terms: Terms,
}

/// How an import reads its rows and what it does with whom they name, as JSON.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) header: String,
    pub(crate) columns: String,
    pub(crate) policy: String,
    pub(crate) tags: String,
    pub(crate) options: String,
}

impl Terms {
    /// Of a header whose columns are settled.
    pub(crate) fn of(
        (header, columns): (&[String], &[String]),
        policy: &Policy,
        tags: &[String],
        options: &impl Serialize,
    ) -> Result<Self, DbError> {
        Ok(Self {
            header: json(header)?,
            columns: json(columns)?,
            policy: json(policy)?,
            tags: json(tags)?,
            options: json(options)?,
        })
    }

    /// Of a file that nobody has looked at.
    pub(crate) fn unknown() -> Self {
        Self {
            header: "[]".into(),
            columns: "[]".into(),
            policy: "{}".into(),
            tags: "[]".into(),
            options: "{}".into(),
        }
    }
}

/// A local import as stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored {
    pub(crate) id: ImportId,
    pub(crate) state: ImportState,
    pub(crate) reached: Reached,
}

/// The newest import of this machine's file that is the same and not at the file's end or, where `done_too`, is.
pub(crate) async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    same: &Sameness,
    done_too: bool,
) -> Result<Option<Stored>, DbError> {
    let other = if done_too { ImportState::Done } else { ImportState::Processing };
    let values: [Value; 8] = [
        workspace.into(),
        same.content_hash.clone().into(),
        same.terms.header.clone().into(),
        same.terms.columns.clone().into(),
        same.terms.policy.clone().into(),
        same.terms.tags.clone().into(),
        same.terms.options.clone().into(),
        other.as_str().into(),
    ];
    let row: Option<(Uuid, String, i64, i64, i64, i64)> = tx.one(Stmt::text(FIND, values)).await?;
    Ok(row.map(|(id, state, read, rows, faults, surplus)| Stored {
        id: ImportId::from(id),
        state: ImportState::of_word(&state).unwrap_or(ImportState::Processing),
        reached: Reached {
            read: unsigned(read),
            rows: unsigned(rows),
            faults: unsigned(faults),
            surplus: unsigned(surplus),
        },
    }))
}

pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    job: NewJob,
) -> Result<(), DbError> {
    let started = if job.state == ImportState::Processing { job.now } else { Timestamp::micros(0) };
    let Sameness { content_hash, terms } = job.same;
    let values: [Value; 17] = [
        workspace.into(),
        job.id.into(),
        job.file_name.into(),
        job.source.as_str().into(),
        job.state.as_str().into(),
        job.now.into(),
        job.created_by.into(),
        content_hash.into(),
        terms.header.into(),
        terms.columns.into(),
        terms.options.into(),
        terms.policy.into(),
        terms.tags.into(),
        job.file_key.into(),
        signed(job.file_bytes).into(),
        started.into(),
        job.n_expected.map(signed).into(),
    ];
    tx.run(Stmt::text(INSERT, values)).await.map(|_| ())
}

/// Rows that one session of the extension has brought, by its mark.
pub(crate) async fn rows_of_session(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mark: Vec<u8>,
) -> Result<u64, DbError> {
    let stmt = Stmt::text(OF_SESSION, [workspace.into(), Value::from(mark)]);
    let row: Option<(i64,)> = tx.one(stmt).await?;
    Ok(unsigned(row.map_or(0, |(n,)| n)))
}
