use captely_contact::{Credits, Timestamp};
use captely_platform::db::{Db, DbError, Stmt};
use captely_platform::ids::{RunId, UserId, WorkspaceId};
use uuid::Uuid;

use super::unknown;
use crate::account::Kind;
use crate::history::{HistoryFilter, HistoryLine};
use crate::{Action, GrantId, HoldId};

captely_platform::statements! {
    pub(crate) fn statements;

    /// The newest first, of a stretch of numbers. What is not asked for is NULL and fits everything.
    const STRETCH: &str = "SELECT seq, at, kind, amount, balance_after, action, quantity, provider, run_id,
            member_id, subject_id, hold_id, grant_id, reason
        FROM credit_entry
        WHERE workspace_id = $1 AND seq < $2 AND seq >= $3
            AND (CAST($4 AS TEXT) IS NULL OR kind = $4)
            AND (CAST($5 AS TEXT) IS NULL OR action = $5)
            AND (CAST($6 AS TEXT) IS NULL OR provider = $6)
            AND (member_id = $7 OR $7 IS NULL)
            AND (run_id = $8 OR $8 IS NULL)
            AND at >= $9 AND at < $10
        ORDER BY seq DESC LIMIT $11";
}

type Row = (
    i64,
    i64,
    String,
    i64,
    i64,
    Option<String>,
    i64,
    Option<String>,
    Option<RunId>,
    Option<UserId>,
    Option<Uuid>,
    Option<HoldId>,
    Option<GrantId>,
    String,
);

/// Entries before the number `before`, from the number `floor` on.
pub(crate) async fn stretch(
    db: &Db,
    workspace: WorkspaceId,
    filter: &HistoryFilter,
    (before, floor): (i64, i64),
    limit: u32,
) -> Result<Vec<HistoryLine>, DbError> {
    let values = [
        workspace.into(),
        before.into(),
        floor.into(),
        filter.kind.map(Kind::as_str).into(),
        filter.action.map(Action::as_str).into(),
        filter.provider.as_deref().into(),
        filter.member.into(),
        filter.run.into(),
        filter.from.unwrap_or(Timestamp::micros(i64::MIN)).into(),
        filter.to.unwrap_or(Timestamp::micros(i64::MAX)).into(),
        limit.into(),
    ];
    let rows: Vec<Row> = db.all(Stmt::text(STRETCH, values)).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<HistoryLine, DbError> {
    let (seq, at, kind, amount, balance, action, quantity, provider, run, member, ..) = row;
    let (.., subject, hold, grant, reason) = row;
    Ok(HistoryLine {
        seq,
        at: Timestamp::micros(at),
        kind: Kind::named(&kind).ok_or_else(|| unknown("kind of entry", &kind))?,
        amount: Credits::millis(amount),
        balance_after: Credits::millis(balance),
        action: action.map(|a| a.parse()).transpose().map_err(DbError::Decode)?,
        quantity,
        provider,
        run,
        member,
        subject,
        hold,
        grant,
        reason,
    })
}
