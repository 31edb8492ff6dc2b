use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::WorkspaceId;
use captely_verify::EmailVerdict;
use uuid::Uuid;

use crate::model::{Check, CheckId};

const INSERT: &str = "INSERT INTO email_check (workspace_id, id, email, list_id, good_for, checked_at, \
    retry_at, put_off, verdict)";
const COLUMNS: usize = 9;

macro_rules! of_emails_text {
    ($rows:literal, $verdict:literal) => {
        concat!(
            "WITH v (workspace_id, email, since) AS (",
            $rows,
            ") SELECT c.id, c.email, c.list_id, c.good_for, c.checked_at, c.retry_at, c.put_off, ",
            $verdict,
            " FROM v CROSS JOIN email_check AS c
            WHERE c.workspace_id = v.workspace_id AND c.email = v.email AND c.checked_at >= v.since"
        )
    };
}
/// Whether something is known needs no verdict, which is the most of a row.
const KNOWN: &str = of_emails_text!("@rows@", "''");
const WHOLE: &str = of_emails_text!("@rows@", "c.verdict");

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        "INSERT INTO email_check (workspace_id, id, email, list_id, good_for, checked_at, \
        retry_at, put_off, verdict) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT DO NOTHING",
        of_emails_text!(
            "SELECT workspace_id, email, checked_at FROM email_check WHERE workspace_id = $1",
            "''"
        ),
        of_emails_text!(
            "SELECT workspace_id, email, checked_at FROM email_check WHERE workspace_id = $1",
            "c.verdict"
        ),
    ]
}

/// The values of [`save`], made before the database is anybody's.
pub(crate) fn values(workspace: WorkspaceId, checks: &[Check]) -> Result<Vec<Value>, DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(checks.len().saturating_mul(COLUMNS));
    for check in checks {
        let verdict = check.verdict.as_ref().map(serde_json::to_string).transpose();
        let verdict = verdict.map_err(|why| DbError::Other(why.to_string()))?.unwrap_or_default();
        values.extend::<[Value; COLUMNS]>([
            workspace.into(),
            check.id.into(),
            (&check.email).into(),
            check.list.into(),
            check.good_for.into(),
            check.checked_at.into(),
            check.retry_at.into(),
            check.put_off.into(),
            verdict.into(),
        ]);
    }
    Ok(values)
}

/// Adds checks; those that are there already, by a try whose success was not heard of, stay as they are.
pub(crate) async fn save(tx: &mut Tx, values: Vec<Value>) -> Result<(), DbError> {
    tx.insert_many(INSERT, COLUMNS, values, "ON CONFLICT DO NOTHING").await.map(drop)
}

/// The checks of these addresses (normal forms, each once) from `since` on, without their verdicts.
pub(crate) async fn known(
    tx: &mut Tx,
    workspace: WorkspaceId,
    emails: &[&str],
    since: Timestamp,
) -> Result<Vec<Check>, DbError> {
    of_emails(tx, KNOWN, workspace, emails, since).await
}

/// The same with their verdicts. One whose verdict is of a form that this version cannot read is left
/// out: it is as if it had not been asked.
pub(crate) async fn whole(
    tx: &mut Tx,
    workspace: WorkspaceId,
    emails: &[&str],
    since: Timestamp,
) -> Result<Vec<Check>, DbError> {
    let mut checks = of_emails(tx, WHOLE, workspace, emails, since).await?;
    checks.retain(|check| check.verdict.is_some());
    Ok(checks)
}

async fn of_emails(
    tx: &mut Tx,
    sql: &'static str,
    workspace: WorkspaceId,
    emails: &[&str],
    since: Timestamp,
) -> Result<Vec<Check>, DbError> {
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    let values = emails
        .iter()
        .flat_map(|email| -> [Value; 3] { [workspace.into(), (*email).into(), since.into()] })
        .collect();
    let rows: Vec<CheckRow> = tx.all_many(sql, 3, values).await?;
    Ok(rows.into_iter().map(check).collect())
}

type CheckRow = (CheckId, String, Uuid, i64, i64, Option<i64>, i64, String);

fn check(row: CheckRow) -> Check {
    let (id, email, list, good_for, checked_at, retry_at, put_off, verdict) = row;
    Check {
        id,
        email,
        list,
        good_for,
        checked_at: Timestamp::micros(checked_at),
        retry_at: retry_at.map(Timestamp::micros),
        put_off: u32::try_from(put_off).unwrap_or(u32::MAX),
        aside: None,
        verdict: serde_json::from_str::<EmailVerdict>(&verdict).ok(),
    }
}
