//! The least that any ledger must do for one charge: take from a balance that is enough, and write a line of it, in a
//! transaction. No keys, no holds, no grants, no limits, no events.

use captely_platform::db::{Db, Migration, Stmt};
use captely_platform::ids::{Ids, WorkspaceId};

pub(crate) const TABLES: &[Migration] = &[Migration {
    family: "bench",
    number: 1,
    name: "raw",
    sql: "CREATE TABLE raw_account (
        workspace_id @id@ NOT NULL, available @int@ NOT NULL, spent @int@ NOT NULL,
        PRIMARY KEY (workspace_id)
    )@clustered@;
    CREATE TABLE raw_entry (
        workspace_id @id@ NOT NULL, id @id@ NOT NULL, amount @int@ NOT NULL,
        PRIMARY KEY (workspace_id, id)
    )@clustered@;",
}];

const MAKE: &str =
    "INSERT INTO raw_account (workspace_id, available, spent) VALUES ($1, 100000000000, 0)";
const TAKE: &str = "UPDATE raw_account SET available = available - $2, spent = spent + $2
    WHERE workspace_id = $1 AND available >= $2";
const WRITE: &str = "INSERT INTO raw_entry (workspace_id, id, amount) VALUES ($1, $2, $3)";

pub(crate) async fn make(db: &Db, workspaces: &[WorkspaceId]) {
    let mut tx = db.writer().await.unwrap();
    for workspace in workspaces {
        tx.run(Stmt::text(MAKE, [(*workspace).into()])).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub(crate) async fn charge(db: &Db, ids: &Ids, workspace: WorkspaceId) {
    let amount = 1_000_i64;
    let mut tx = db.writer().await.unwrap();
    let taken = tx.run(Stmt::text(TAKE, [workspace.into(), amount.into()])).await.unwrap();
    assert_eq!(taken, 1, "the balance is not enough");
    let line = [workspace.into(), ids.uuid().into(), amount.into()];
    tx.run(Stmt::text(WRITE, line)).await.unwrap();
    tx.commit().await.unwrap();
}
