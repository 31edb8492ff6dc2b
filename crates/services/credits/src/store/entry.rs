use std::collections::HashMap;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Insert, Stmt, Tx, Value};
use captely_platform::ids::{RunId, UserId, WorkspaceId};
use uuid::Uuid;

use super::{read_hash, unknown};
use crate::account::Kind;
use crate::entry::Entry;
use crate::key::KeyHash;
use crate::{Action, HoldId};

macro_rules! of_keys_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, key) AS (",
            $rows,
            ") SELECT e.key, e.seq, e.at, e.kind, e.amount, e.request, e.hold_id, e.grant_id, e.run_id,
                e.member_id, e.reason, e.subject_id, e.action
            FROM v CROSS JOIN credit_entry AS e
            WHERE e.workspace_id = v.workspace_id AND e.key = v.key AND e.line >= 0"
        )
    };
}
const OF_KEYS: &str = of_keys_text!("@rows@");

macro_rules! add_text {
    ($values:literal) => {
        concat!(
            "INSERT INTO credit_entry (workspace_id, seq, at, kind, debit, credit, amount, balance_after,
                key, line, request, hold_id, grant_id, of_key, action, quantity, provider, run_id,
                subject_id, member_id, reason)",
            $values
        )
    };
}
const ADD: &str = add_text!("");
const ADD_COLUMNS: usize = 21;

/// By number, behind one.
const REPLAY: &str =
    "SELECT seq, kind, debit, credit, amount, balance_after, hold_id, grant_id, of_key
    FROM credit_entry WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";

// CASE keeps SQLite from walking through all entries of the workspace.
const OVER_OF: &str = "SELECT kind, amount FROM credit_entry
    WHERE CASE WHEN 1 = 1 THEN workspace_id END = $1 AND grant_id = $2
        AND kind IN ('expire', 'rollover')";

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        REPLAY,
        OVER_OF,
        of_keys_text!("SELECT workspace_id, key FROM credit_charged WHERE workspace_id = $1"),
        add_text!(
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                $19, $20, $21)"
        ),
    ]
}

/// Lines to be added: number, what is available then, and the rest.
pub(crate) fn insert(workspace: WorkspaceId, at: Timestamp, lines: &[(i64, i64, Entry)]) -> Insert {
    let mut values: Vec<Value> = Vec::with_capacity(lines.len() * ADD_COLUMNS);
    for (seq, balance, entry) in lines {
        let (debit, credit) = entry.kind.accounts();
        values.extend([
            workspace.into(),
            (*seq).into(),
            at.into(),
            entry.kind.as_str().into(),
            debit.into(),
            credit.into(),
            entry.amount.into(),
            (*balance).into(),
            entry.key.as_slice().into(),
            entry.line.into(),
            entry.request.as_slice().into(),
            entry.hold.into(),
            entry.grant.into(),
            entry.of_key.map(|key| key.to_vec()).into(),
            entry.action.map(Action::as_str).into(),
            entry.quantity.into(),
            entry.provider.as_deref().into(),
            entry.run.into(),
            entry.subject.into(),
            entry.member.into(),
            entry.reason.as_str().into(),
        ]);
    }
    Insert { head: ADD, columns: ADD_COLUMNS, rows: values, tail: "" }
}

/// What was done under a key: its lines, in order.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) at: Timestamp,
    pub(crate) kind: Kind,
    pub(crate) amount: i64,
    pub(crate) request: KeyHash,
    pub(crate) hold: Option<HoldId>,
    pub(crate) grant: Option<Uuid>,
    pub(crate) run: Option<RunId>,
    pub(crate) member: Option<UserId>,
    pub(crate) reason: String,
    pub(crate) pair: Option<(Uuid, Action)>,
}

impl Line {
    /// The contact and what of it was paid for.
    pub(crate) fn pair(&self) -> Option<(Uuid, Action)> {
        self.pair
    }
}

type Row = (
    Vec<u8>,
    i64,
    i64,
    String,
    i64,
    Vec<u8>,
    Option<HoldId>,
    Option<Uuid>,
    Option<RunId>,
    Option<UserId>,
    String,
    Option<Uuid>,
    Option<String>,
);

/// What was done under these keys.
pub(crate) async fn of_keys(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: impl Iterator<Item = KeyHash>,
) -> Result<HashMap<KeyHash, Vec<Line>>, DbError> {
    let values: Vec<Value> =
        keys.flat_map(|key| -> [Value; 2] { [workspace.into(), key.as_slice().into()] }).collect();
    let mut rows: Vec<Row> = tx.all_many(OF_KEYS, 2, values).await?;
    // Not by the database. Every line is 0 or more: said, so that SQLite looks keys up by their index and does not
    // walk all entries of the workspace.
    rows.sort_unstable_by_key(|(_, seq, ..)| *seq);
    let mut out: HashMap<KeyHash, Vec<Line>> = HashMap::new();
    for row in rows {
        let (key, _seq, at, kind, amount, request, hold, grant, run, member, ..) = row;
        let (.., reason, subject, action) = row;
        let action = action.map(|a| a.parse::<Action>()).transpose().map_err(DbError::Decode)?;
        let line = Line {
            at: Timestamp::micros(at),
            kind: Kind::named(&kind).ok_or_else(|| unknown("kind of entry", &kind))?,
            amount,
            request: read_hash(&request)?,
            hold,
            grant,
            run,
            member,
            reason,
            pair: subject.zip(action),
        };
        out.entry(read_hash(&key)?).or_default().push(line);
    }
    Ok(out)
}

/// A line as the check reads it.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) seq: i64,
    pub(crate) kind: Kind,
    pub(crate) debit: String,
    pub(crate) credit: String,
    pub(crate) amount: i64,
    pub(crate) balance_after: i64,
    pub(crate) hold: Option<HoldId>,
    pub(crate) grant: Option<Uuid>,
    pub(crate) of_key: Option<KeyHash>,
}

type StoredRow =
    (i64, String, String, String, i64, i64, Option<HoldId>, Option<Uuid>, Option<Vec<u8>>);

/// Lines behind a number, in order.
pub(crate) async fn replay(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: i64,
    limit: u32,
) -> Result<Vec<Stored>, DbError> {
    let values = [workspace.into(), after.into(), limit.into()];
    let rows: Vec<StoredRow> = tx.all(Stmt::text(REPLAY, values)).await?;
    let read = |row: StoredRow| {
        let (seq, kind, debit, credit, amount, balance_after, hold, grant, of_key) = row;
        let kind = Kind::named(&kind).ok_or_else(|| unknown("kind of entry", &kind))?;
        let of_key = of_key.as_deref().map(read_hash).transpose()?;
        Ok(Stored { seq, kind, debit, credit, amount, balance_after, hold, grant, of_key })
    };
    rows.into_iter().map(read).collect()
}

/// How much of a grant expired, and with `rolls` went on in another one.
pub(crate) async fn over_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    grant: Uuid,
    rolls: bool,
) -> Result<i64, DbError> {
    let rows: Vec<(String, i64)> =
        tx.all(Stmt::text(OVER_OF, [workspace.into(), grant.into()])).await?;
    let over = rows.iter().filter(|(kind, _)| rolls || kind == Kind::Expire.as_str());
    Ok(over.map(|(_, amount)| amount).sum())
}
