use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Stmt, Tx};

use crate::model::Finding;

captely_platform::statements! {
    pub(crate) fn statements;

    const SEE: &str = "INSERT INTO billing_finding
            (subject, kind, ours, theirs, first_seen_at, last_seen_at)
        VALUES ($1, $2, $3, $4, $5, $5)
        ON CONFLICT (subject, kind) DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs,
            last_seen_at = excluded.last_seen_at, resolved_at = NULL";

    const RESOLVE: &str = "UPDATE billing_finding SET resolved_at = $1
        WHERE last_seen_at < $1 AND resolved_at IS NULL";

    const LIST: &str = "SELECT subject, kind, ours, theirs, first_seen_at, last_seen_at
        FROM billing_finding WHERE resolved_at IS NULL ORDER BY first_seen_at, subject, kind LIMIT $1";
}

/// Notes the differences that a comparison at `now` found; all others are resolved.
pub(crate) async fn note(tx: &mut Tx, found: &[Finding], now: Timestamp) -> Result<(), DbError> {
    for one in found {
        let values = [
            one.subject.as_str().into(),
            one.kind.as_str().into(),
            one.ours.as_str().into(),
            one.theirs.as_str().into(),
            now.into(),
        ];
        tx.run(Stmt::text(SEE, values)).await?;
    }
    tx.run(Stmt::text(RESOLVE, [now.into()])).await?;
    Ok(())
}

/// Those that the last comparison found, the oldest first.
pub(crate) async fn list(db: &Db, most: u32) -> Result<Vec<Finding>, DbError> {
    type Row = (String, String, String, String, i64, i64);
    let rows: Vec<Row> = db.all(Stmt::text(LIST, [most.into()])).await?;
    let read = |(subject, kind, ours, theirs, first, last)| Finding {
        subject,
        kind,
        ours,
        theirs,
        first_seen_at: Timestamp::micros(first),
        last_seen_at: Timestamp::micros(last),
    };
    Ok(rows.into_iter().map(read).collect())
}
