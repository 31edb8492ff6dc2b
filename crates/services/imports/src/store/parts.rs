use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, WorkspaceId};

use crate::upload::{Arrived, BytesAndHash};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO import_part (workspace_id, import_id, number, bytes, hash, at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, import_id, number) DO NOTHING";

    const ONE: &str = "SELECT number, bytes, hash FROM import_part \
        WHERE workspace_id = $1 AND import_id = $2 AND number = $3";

    const ALL: &str = "SELECT number, bytes, hash FROM import_part \
        WHERE workspace_id = $1 AND import_id = $2 ORDER BY number";

    const DELETE: &str = "DELETE FROM import_part WHERE workspace_id = $1 AND import_id = $2";
}

type Row = (i64, i64, Vec<u8>);

fn arrived((number, bytes, hash): Row) -> Result<Arrived, DbError> {
    let odd = || DbError::Other("a part of an upload is stored with odd values".to_owned());
    let number = u32::try_from(number).map_err(|_why| odd())?;
    let bytes = u64::try_from(bytes).map_err(|_why| odd())?;
    let hash = hash.try_into().map_err(|_hash| odd())?;
    Ok(Arrived { number, what: BytesAndHash { bytes, hash } })
}

/// Notes a part that is here; false where one of that number was noted before, which stays.
pub(crate) async fn add(
    tx: &mut Tx,
    (workspace, import): (WorkspaceId, ImportId),
    part: Arrived,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values: [Value; 6] = [
        workspace.into(),
        import.into(),
        part.number.into(),
        super::signed(part.what.bytes).into(),
        part.what.hash.to_vec().into(),
        now.into(),
    ];
    Ok(tx.run(Stmt::text(ADD, values)).await? > 0)
}

pub(crate) async fn one(
    tx: &mut Tx,
    (workspace, import): (WorkspaceId, ImportId),
    number: u32,
) -> Result<Option<Arrived>, DbError> {
    let values: [Value; 3] = [workspace.into(), import.into(), number.into()];
    let row: Option<Row> = tx.one(Stmt::text(ONE, values)).await?;
    row.map(arrived).transpose()
}

/// All that are here, by number.
pub(crate) async fn all(
    tx: &mut Tx,
    (workspace, import): (WorkspaceId, ImportId),
) -> Result<Vec<Arrived>, DbError> {
    let rows: Vec<Row> = tx.all(Stmt::text(ALL, [workspace.into(), import.into()])).await?;
    rows.into_iter().map(arrived).collect()
}

/// Forgets them all.
pub(crate) async fn delete(
    tx: &mut Tx,
    (workspace, import): (WorkspaceId, ImportId),
) -> Result<(), DbError> {
    tx.run(Stmt::text(DELETE, [workspace.into(), import.into()])).await.map(|_| ())
}
