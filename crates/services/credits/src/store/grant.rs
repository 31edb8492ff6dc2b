use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use super::{read_hash, unknown};
use crate::GrantSource;
use crate::grants::{GrantRow, State};

captely_platform::statements! {
    pub(crate) fn statements;

    /// In that order, so that SQLite takes the index of the open ones and not all grants there ever were.
    const OPEN: &str = "SELECT id, source, amount, left_over, priority, effective_at, expires_at,
            rollover_max, rollover_expires_at, rolled_to, state, note, request, created_at
        FROM credit_grant WHERE workspace_id = $1 AND state IN ('scheduled', 'active')
        ORDER BY effective_at";

    const GET: &str = "SELECT id, source, amount, left_over, priority, effective_at, expires_at,
            rollover_max, rollover_expires_at, rolled_to, state, note, request, created_at
        FROM credit_grant WHERE workspace_id = $1 AND id = $2";

    const ALL: &str = "SELECT id, source, amount, left_over, priority, effective_at, expires_at,
            rollover_max, rollover_expires_at, rolled_to, state, note, request, created_at
        FROM credit_grant WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3";

    const EMPTY: &str = "SELECT id, source, amount, left_over, priority, effective_at, expires_at,
            rollover_max, rollover_expires_at, rolled_to, state, note, request, created_at
        FROM credit_grant WHERE workspace_id = $1 AND source = $2 AND state = 'empty'
            AND (expires_at IS NULL OR expires_at > $3)";

    const SAVE: &str = "INSERT INTO credit_grant (workspace_id, id, source, amount, left_over, priority,
            effective_at, expires_at, rollover_max, rollover_expires_at, rolled_to, state, note, request,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (workspace_id, id) DO UPDATE SET amount = excluded.amount,
            left_over = excluded.left_over, expires_at = excluded.expires_at,
            rollover_max = excluded.rollover_max, rollover_expires_at = excluded.rollover_expires_at,
            rolled_to = excluded.rolled_to, state = excluded.state";
}

type Row = (
    Uuid,
    String,
    i64,
    i64,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<Uuid>,
    String,
    String,
    Vec<u8>,
    i64,
);

/// Those that are drawn from or will be.
pub(crate) async fn open(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<GrantRow>, DbError> {
    let rows: Vec<Row> = tx.all(Stmt::text(OPEN, [workspace.into()])).await?;
    rows.into_iter().map(read).collect()
}

/// Those of a source whose time is not over and of which nothing is left, but something may come back.
pub(crate) async fn empty(
    tx: &mut Tx,
    workspace: WorkspaceId,
    source: GrantSource,
    now: Timestamp,
) -> Result<Vec<GrantRow>, DbError> {
    let values = [workspace.into(), source.as_str().into(), now.into()];
    let rows: Vec<Row> = tx.all(Stmt::text(EMPTY, values)).await?;
    rows.into_iter().map(read).collect()
}

pub(crate) async fn get(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
) -> Result<Option<GrantRow>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(GET, [workspace.into(), id.into()])).await?;
    row.map(read).transpose()
}

/// All grants there ever were, in the order of their ids.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: Uuid,
    limit: u32,
) -> Result<Vec<GrantRow>, DbError> {
    let values = [workspace.into(), after.into(), limit.into()];
    let rows: Vec<Row> = tx.all(Stmt::text(ALL, values)).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<GrantRow, DbError> {
    let (id, source, amount, left, priority, effective_at, expires_at, max, until, ..) = row;
    let (.., rolled_to, state, note, request, created_at) = row;
    let named = GrantSource::ALL.into_iter().find(|known| known.as_str() == source);
    Ok(GrantRow {
        id,
        source: named.ok_or_else(|| unknown("source of a grant", &source))?,
        amount,
        left,
        priority,
        effective_at,
        expires_at,
        rollover: max.zip(until),
        rolled_to,
        state: State::named(&state).ok_or_else(|| unknown("state of a grant", &state))?,
        note,
        request: read_hash(&request)?,
        created_at,
    })
}

pub(crate) async fn save(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rows: impl Iterator<Item = &GrantRow>,
) -> Result<(), DbError> {
    for row in rows {
        let values: [Value; 15] = [
            workspace.into(),
            row.id.into(),
            row.source.as_str().into(),
            row.amount.into(),
            row.left.into(),
            row.priority.into(),
            row.effective_at.into(),
            row.expires_at.into(),
            row.rollover.map(|(max, _)| max).into(),
            row.rollover.map(|(_, until)| until).into(),
            row.rolled_to.into(),
            row.state.as_str().into(),
            row.note.as_str().into(),
            row.request.as_slice().into(),
            row.created_at.into(),
        ];
        tx.run(Stmt::text(SAVE, values)).await?;
    }
    Ok(())
}
