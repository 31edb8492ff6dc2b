//! Pairs of contacts that may be one.

pub(crate) mod people;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, Ids, UserId, WorkspaceId};
use uuid::Uuid;

use super::merges::{json, read_json};
use crate::duplicates::{NewPair, Pair, PairState, PairWhy};
use crate::{MergeId, PairId};

const ADD: &str = "INSERT INTO duplicate_pair (workspace_id, id, a_id, b_id, probability, why, explanation, form, \
    state, found_at)";
const ADD_COLUMNS: usize = 10;
/// What is asked or was dismissed stays so, unless one of the two is no longer what somebody saw. Pairs that come here
/// are of contacts that stand for themselves: what was merged was undone since, and is asked anew. That somebody
/// dismissed it before is kept: no search merges it without asking.
const ADD_TAIL: &str = "ON CONFLICT (workspace_id, a_id, b_id) DO UPDATE SET \
    probability = excluded.probability, why = excluded.why, explanation = excluded.explanation, \
    form = excluded.form, state = excluded.state, merge_id = NULL, found_at = excluded.found_at, \
    decided_at = CASE WHEN duplicate_pair.state = 'merged' THEN NULL ELSE duplicate_pair.decided_at END, \
    decided_by = CASE WHEN duplicate_pair.state = 'merged' THEN NULL ELSE duplicate_pair.decided_by END \
    WHERE duplicate_pair.state = 'merged' OR duplicate_pair.form <> excluded.form";

macro_rules! pair_text {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.a_id, p.b_id, p.probability, p.why, p.explanation, p.state, p.merge_id, p.found_at,
                p.decided_at
            FROM duplicate_pair AS p WHERE p.workspace_id = $1 AND ",
            $rest
        )
    };
}

captely_platform::statements! {
    fn statements;

    const GET: &str = pair_text!("p.id = $2");
    const OF_TWO: &str = pair_text!("p.a_id = $2 AND p.b_id = $3");
    const PAGE: &str = pair_text!(
        "p.state = $2 AND p.probability >= $3 AND (p.probability, p.id) < ($4, $5)
        AND EXISTS (SELECT 1 FROM contact AS a WHERE a.workspace_id = p.workspace_id AND a.id = p.a_id
            AND (p.state <> 'open' OR a.merged_into IS NULL))
        AND EXISTS (SELECT 1 FROM contact AS b WHERE b.workspace_id = p.workspace_id AND b.id = p.b_id
            AND (p.state <> 'open' OR b.merged_into IS NULL))
        ORDER BY p.probability DESC, p.id DESC LIMIT $6"
    );
    const DECIDE: &str = "UPDATE duplicate_pair
        SET state = $3, form = $4, merge_id = $5, decided_at = $6, decided_by = $7
        WHERE workspace_id = $1 AND id = $2";
}

/// Pairs of contacts that somebody dismissed, those that are asked about anew too, by the one side and by the other.
macro_rules! dismissed_text {
    ($rows:literal, $own:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") SELECT p.a_id, p.b_id FROM v CROSS JOIN duplicate_pair AS p
            WHERE p.workspace_id = v.workspace_id AND p.",
            $own,
            " = v.id AND (p.state = 'dismissed' OR (p.state = 'open' AND p.decided_at IS NOT NULL))"
        )
    };
}

/// Every statement of this table.
pub(crate) fn all_statements() -> Vec<&'static str> {
    let dismissed = vec![
        dismissed_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1", "a_id"),
        dismissed_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1", "b_id"),
    ];
    let add = "INSERT INTO duplicate_pair (workspace_id, id, a_id, b_id, probability, why, explanation, form, \
        state, found_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
        ON CONFLICT (workspace_id, a_id, b_id) DO UPDATE SET \
        probability = excluded.probability, why = excluded.why, explanation = excluded.explanation, \
        form = excluded.form, state = excluded.state, merge_id = NULL, found_at = excluded.found_at, \
        decided_at = CASE WHEN duplicate_pair.state = 'merged' THEN NULL ELSE duplicate_pair.decided_at END, \
        decided_by = CASE WHEN duplicate_pair.state = 'merged' THEN NULL ELSE duplicate_pair.decided_by END \
        WHERE duplicate_pair.state = 'merged' OR duplicate_pair.form <> excluded.form";
    [statements(), vec![add], dismissed, people::statements()].concat()
}

/// Puts pairs to the questions; how many are new or asked anew.
pub(crate) async fn add(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
    pairs: &[NewPair],
    now: Timestamp,
) -> Result<u64, DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(pairs.len().saturating_mul(ADD_COLUMNS));
    for pair in pairs {
        values.extend::<[Value; ADD_COLUMNS]>([
            workspace.into(),
            ids.uuid().into(),
            pair.a.into(),
            pair.b.into(),
            pair.millionths.into(),
            pair.why.as_str().into(),
            json(&pair.parts)?.into(),
            pair.form.as_slice().into(),
            PairState::Open.as_str().into(),
            now.into(),
        ]);
    }
    tx.insert_many(ADD, ADD_COLUMNS, values, ADD_TAIL).await
}

/// One pair.
pub(crate) async fn get(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: PairId,
) -> Result<Option<Pair>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(GET, [workspace.into(), id.into()])).await?;
    row.map(pair).transpose()
}

/// The pair of two contacts, the smaller id first.
pub(crate) async fn of_two(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (a, b): (ContactId, ContactId),
) -> Result<Option<Pair>, DbError> {
    let stmt = Stmt::text(OF_TWO, [workspace.into(), a.into(), b.into()]);
    tx.one::<Row>(stmt).await?.map(pair).transpose()
}

/// Which pairs, and where the page begins: behind this probability and id.
pub(crate) struct PairFilter {
    pub(crate) state: PairState,
    pub(crate) millionths_min: i64,
    pub(crate) after: (i64, Uuid),
}

/// Pairs, the likeliest first; open ones only of contacts that stand for themselves.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    filter: &PairFilter,
    most: u32,
) -> Result<Vec<Pair>, DbError> {
    let values = [
        workspace.into(),
        filter.state.as_str().into(),
        filter.millionths_min.into(),
        filter.after.0.into(),
        filter.after.1.into(),
        most.into(),
    ];
    tx.all::<Row>(Stmt::text(PAGE, values)).await?.into_iter().map(pair).collect()
}

/// Two contacts, the smaller id first.
pub(crate) type DismissedRow = (ContactId, ContactId);

/// Of which of these contacts somebody said that it is not another, and has not merged the two since.
pub(crate) async fn dismissed(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
) -> Result<Vec<DismissedRow>, DbError> {
    let values: Vec<Value> = ids.iter().flat_map(|id| [workspace.into(), (*id).into()]).collect();
    let mut rows = tx.all_many(dismissed_text!("@rows@", "a_id"), 2, values.clone()).await?;
    rows.extend(tx.all_many::<DismissedRow>(dismissed_text!("@rows@", "b_id"), 2, values).await?);
    Ok(rows)
}

/// What was decided of a pair, of contacts of this form, and by whom.
pub(crate) struct Decision<'d> {
    pub(crate) state: PairState,
    pub(crate) form: &'d [u8],
    pub(crate) merge: Option<MergeId>,
    pub(crate) by: Option<UserId>,
}

/// Keeps what was decided.
pub(crate) async fn decide(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: PairId,
    what: &Decision<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    let values: [Value; 7] = [
        workspace.into(),
        id.into(),
        what.state.as_str().into(),
        what.form.into(),
        what.merge.into(),
        now.into(),
        what.by.into(),
    ];
    tx.run(Stmt::text(DECIDE, values)).await.map(drop)
}

type Row = (Uuid, Uuid, Uuid, i64, String, String, String, Option<Uuid>, i64, Option<i64>);

fn pair(row: Row) -> Result<Pair, DbError> {
    let (id, a, b, millionths, why, parts, state, merge, found_at, decided_at) = row;
    let unknown =
        |what: &str, word: &str| DbError::Decode(format!("{word:?} is no {what} of a pair"));
    Ok(Pair {
        id: id.into(),
        a: a.into(),
        b: b.into(),
        millionths,
        why: PairWhy::named(&why).ok_or_else(|| unknown("reason", &why))?,
        parts: read_json(&parts)?,
        state: PairState::named(&state).ok_or_else(|| unknown("state", &state))?,
        merge: merge.map(MergeId::from),
        found_at: Timestamp::micros(found_at),
        decided_at: decided_at.map(Timestamp::micros),
    })
}
