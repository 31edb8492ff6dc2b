use std::collections::HashSet;

use captely_contact::{Timestamp, Usd};
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;

use crate::list::List;
use crate::outside::{Attempt, Budget, End, OutsideFound, OutsideId, State};

const OPEN_SPEND: &str = "INSERT INTO outside_spend (workspace_id, list_id, started_at, n_checks, micros) \
    VALUES ($1, $2, $3, 0, 0) ON CONFLICT DO NOTHING";
/// The hold and the test of the budget are one statement.
const HOLD: &str = "UPDATE outside_spend SET n_checks = n_checks + 1, micros = micros + $4 \
    WHERE workspace_id = $1 AND list_id = $2 AND started_at = $3 \
    AND n_checks < $5 AND micros + $4 <= $6";
const GIVE_BACK: &str = "UPDATE outside_spend SET n_checks = n_checks - $4, micros = micros - $5 \
    WHERE workspace_id = $1 AND list_id = $2 AND started_at = $3";
const ASK: &str =
    "INSERT INTO outside_check (workspace_id, id, subject, checker, nth, held_micros, asked_at)";
const END: &str =
    "INSERT INTO outside_check_end (workspace_id, id, state, cost_micros, ended_at, answer)";
/// A place that is taken, and an end that is there, stand.
const TELLING: &str = "ON CONFLICT DO NOTHING RETURNING id";

macro_rules! of_subjects_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, subject, checker) AS (",
            $rows,
            ") SELECT o.id, o.subject, o.nth, o.held_micros, o.asked_at, e.state, e.cost_micros,
                e.ended_at, e.answer
            FROM v CROSS JOIN outside_check AS o
            LEFT JOIN outside_check_end AS e ON e.workspace_id = o.workspace_id AND e.id = o.id
            WHERE o.workspace_id = v.workspace_id AND o.subject = v.subject AND o.checker = v.checker"
        )
    };
}
const OF_SUBJECTS: &str = of_subjects_text!("@rows@");

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        OPEN_SPEND,
        HOLD,
        GIVE_BACK,
        of_subjects_text!(
            "SELECT workspace_id, subject, checker FROM outside_check WHERE workspace_id = $1"
        ),
        "INSERT INTO outside_check (workspace_id, id, subject, checker, nth, held_micros, asked_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id",
        "INSERT INTO outside_check_end (workspace_id, id, state, cost_micros, ended_at, answer) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id",
    ]
}

fn round(workspace: WorkspaceId, list: &List) -> [Value; 3] {
    [workspace.into(), list.id.into(), list.since.into()]
}

/// Makes a round's account, if it has none.
pub(crate) async fn open_spend(
    tx: &mut Tx,
    workspace: WorkspaceId,
    list: &List,
) -> Result<(), DbError> {
    tx.run(Stmt::text(OPEN_SPEND, round(workspace, list))).await.map(drop)
}

/// Holds the price at worst of one check; `false` where that would pass the budget.
pub(crate) async fn hold(
    tx: &mut Tx,
    workspace: WorkspaceId,
    list: &List,
    worst: Usd,
    budget: &Budget,
) -> Result<bool, DbError> {
    let mut values = round(workspace, list).to_vec();
    values.extend([worst.into(), budget.checks_max.into(), budget.usd_max.into()]);
    Ok(tx.run(Stmt::text(HOLD, values)).await? == 1)
}

/// Gives back checks that were not made, and money that was held and not spent.
pub(crate) async fn give_back(
    tx: &mut Tx,
    workspace: WorkspaceId,
    list: &List,
    checks: i64,
    money: Usd,
) -> Result<(), DbError> {
    let mut values = round(workspace, list).to_vec();
    values.extend([checks.into(), money.into()]);
    tx.run(Stmt::text(GIVE_BACK, values)).await.map(drop)
}

/// Writes down what is about to be asked; the ids of those whose place was free.
pub(crate) async fn ask(
    tx: &mut Tx,
    workspace: WorkspaceId,
    attempts: &[Attempt],
) -> Result<HashSet<OutsideId>, DbError> {
    let one = |a: &Attempt| -> [Value; 7] {
        [
            workspace.into(),
            a.id.into(),
            (&a.subject).into(),
            (&a.checker).into(),
            a.nth.into(),
            a.held.into(),
            a.asked_at.into(),
        ]
    };
    let rows = attempts.iter().flat_map(one).collect();
    let ids: Vec<(OutsideId,)> = tx.insert_many_returning(ASK, 7, rows, TELLING).await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Writes down what came of questions; the ids of those that had no end before.
pub(crate) async fn end(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ends: &[(OutsideId, End)],
) -> Result<HashSet<OutsideId>, DbError> {
    let mut rows: Vec<Value> = Vec::with_capacity(ends.len().saturating_mul(6));
    for (id, end) in ends {
        let answer = end.answer.as_ref().map(serde_json::to_string).transpose();
        let answer = answer.map_err(|why| DbError::Other(why.to_string()))?.unwrap_or_default();
        rows.extend([
            workspace.into(),
            (*id).into(),
            end.state.as_str().into(),
            end.cost.into(),
            end.at.into(),
            answer.replace('\0', "").into(),
        ]);
    }
    let ids: Vec<(OutsideId,)> = tx.insert_many_returning(END, 6, rows, TELLING).await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

type Row =
    (OutsideId, String, i64, i64, i64, Option<String>, Option<i64>, Option<i64>, Option<String>);

/// Everything that a checker was ever asked about these subjects, in no order.
pub(crate) async fn of_subjects(
    tx: &mut Tx,
    workspace: WorkspaceId,
    checker: &str,
    subjects: &[&str],
) -> Result<Vec<Attempt>, DbError> {
    let one =
        |subject: &&str| -> [Value; 3] { [workspace.into(), (*subject).into(), checker.into()] };
    let rows: Vec<Row> =
        tx.all_many(OF_SUBJECTS, 3, subjects.iter().flat_map(one).collect()).await?;
    Ok(rows.into_iter().map(|row| attempt(row, checker)).collect())
}

fn attempt(row: Row, checker: &str) -> Attempt {
    let (id, subject, nth, held, asked_at, state, cost, ended_at, answer) = row;
    let end = state.zip(ended_at).map(|(state, at)| End {
        state: State::of(&state),
        cost: Usd::micros(cost.unwrap_or_default()),
        at: Timestamp::micros(at),
        answer: answer.and_then(|json| serde_json::from_str::<OutsideFound>(&json).ok()),
    });
    Attempt {
        id,
        subject,
        checker: checker.to_owned(),
        nth,
        held: Usd::micros(held),
        asked_at: Timestamp::micros(asked_at),
        end,
    }
}
