//! One workspace with millions of entries: how long its balance is read, a capture takes, and the whole check.

use std::time::Instant;

use captely_platform::db::{Engine, Stmt};
use captely_platform::ids::WorkspaceId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clients::median;
use crate::desk::Desk;

/// Entries added in one transaction.
const AT_ONCE: i64 = 500_000;
const READS: usize = 1_001;

// What a charge of one credit without a contact writes; the key is not that of any request.
macro_rules! fill_text {
    ($numbers:literal, $key:literal) => {
        concat!(
            $numbers,
            " INSERT INTO credit_entry (workspace_id, seq, at, kind, debit, credit, amount, balance_after, key, line,
                request, grant_id, action, quantity, reason)
            SELECT $1, n, $2, 'charge', 'available', 'spent', 1000, $3 - 1000 * (n - 1), ",
            $key,
            ", 0, $6, $7, 'email_reveal', 1, '' FROM numbers"
        )
    };
}
const FILL_SQLITE: &str = fill_text!(
    "WITH RECURSIVE numbers (n) AS (SELECT $4 UNION ALL SELECT n + 1 FROM numbers WHERE n < $5)",
    "randomblob(16)"
);
const FILL_POSTGRES: &str = fill_text!(
    "WITH numbers (n) AS (SELECT n FROM generate_series(CAST($4 AS BIGINT), CAST($5 AS BIGINT)) AS g (n))",
    "decode(md5(CAST(n AS TEXT)), 'hex')"
);
const ACCOUNT: &str =
    "UPDATE credit_account SET seq = $2, available = available - $3, spent = spent + $3,
        current_left = current_left - $3 WHERE workspace_id = $1";
// Sorted once at the end: kept up row by row, random keys would write every page of it many times.
const WITHOUT_KEYS: &str = "DROP INDEX credit_entry_key";
const WITH_KEYS: &str =
    "CREATE UNIQUE INDEX credit_entry_key ON credit_entry (workspace_id, key, line)";

pub(crate) async fn measure(desk: &Desk, entries: usize) -> Value {
    let workspace = *desk.workspaces(1).await.first().unwrap();
    let started = Instant::now();
    fill(desk, workspace, i64::try_from(entries).unwrap()).await;
    let filled_s = started.elapsed().as_secs_f64();
    let mut reads = Vec::with_capacity(READS);
    for _ in 0..READS {
        let started = Instant::now();
        desk.ledger.available(workspace).await.unwrap();
        reads.push(started.elapsed().as_secs_f64() * 1e3);
    }
    reads.sort_by(f64::total_cmp);
    let p99 = reads.get(READS * 99 / 100).copied().unwrap();
    let mut captures = Vec::new();
    for _ in 0..100 {
        let held = desk.hold(workspace, 1).await;
        let started = Instant::now();
        desk.capture(workspace, &held).await;
        captures.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let started = Instant::now();
    let checked = desk.ledger.verify(workspace).await.unwrap();
    assert!(checked.is_right(), "{:?}", checked.faults);
    json!({
        "entries": checked.entries, "filled_s": filled_s, "balance_ms": median(reads), "balance_p99_ms": p99,
        "capture_ms": median(captures), "verify_s": started.elapsed().as_secs_f64(),
    })
}

/// Behind the entry of its grant, charges of one credit each.
async fn fill(desk: &Desk, workspace: WorkspaceId, entries: i64) {
    let standing = desk.ledger.standing(workspace).await.unwrap();
    let (granted, grant) = (standing.granted.as_millis(), standing.grants.first().unwrap());
    let (at, grant) = (grant.effective_at, grant.id);
    let mut tx = desk.db.writer().await.unwrap();
    tx.run(Stmt::text(WITHOUT_KEYS, [])).await.unwrap();
    tx.commit().await.unwrap();
    let mut from = 2;
    while from <= entries {
        let until = entries.min(from + AT_ONCE - 1);
        let request = Uuid::nil().as_bytes().to_vec();
        let values = [
            workspace.into(),
            at.into(),
            granted.into(),
            from.into(),
            until.into(),
            request.into(),
            grant.into(),
        ];
        let mut tx = desk.db.writer().await.unwrap();
        tx.run(Stmt::either(FILL_SQLITE, FILL_POSTGRES, values)).await.unwrap();
        tx.commit().await.unwrap();
        from = until + 1;
    }
    let mut tx = desk.db.writer().await.unwrap();
    let spent = 1_000 * (entries - 1);
    let values = [workspace.into(), entries.into(), spent.into()];
    tx.run(Stmt::text(ACCOUNT, values)).await.unwrap();
    tx.run(Stmt::text(WITH_KEYS, [])).await.unwrap();
    if desk.db.engine() == Engine::Postgres {
        tx.run(Stmt::text("ANALYZE", [])).await.unwrap();
    }
    tx.commit().await.unwrap();
}
