use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;

use crate::ids::{SessionId, UserId};
use crate::model::Session;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO session (id, person_id, seat_id, created_at, proved_at, seen_at,
            expires_at, remembered, address, agent)
        VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $7, $8)";

    const OPEN: &str = "SELECT id, seat_id, created_at, seen_at, expires_at, remembered, address, agent
        FROM session
        WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2
        ORDER BY created_at DESC, id DESC LIMIT 200";

    /// Whether there is any, and any of this device. Each looks for one row and stops there.
    const KNOWN: &str = "SELECT
        (SELECT count(*) FROM (SELECT 1 AS one FROM session WHERE person_id = $1 LIMIT 1) AS a),
        (SELECT count(*) FROM (SELECT 1 AS one FROM session
            WHERE person_id = $1 AND agent = $2 AND address = $3 LIMIT 1) AS b)";

    const END: &str = "UPDATE session SET ended_at = $3, ended_why = $4
        WHERE id = $1 AND person_id = $2 AND ended_at IS NULL";

    const END_OTHERS: &str = "UPDATE session SET ended_at = $3, ended_why = $4
        WHERE person_id = $1 AND id <> $2 AND ended_at IS NULL";

    const TAKE_SEAT: &str = "UPDATE session SET seat_id = $3 WHERE id = $1 AND person_id = $2";

    const PROVED: &str = "UPDATE session SET proved_at = $3 WHERE id = $1 AND person_id = $2";

    const SEEN: &str = "UPDATE session SET seen_at = $2, expires_at = $3, address = $4
        WHERE id = $1 AND ended_at IS NULL";

    const FORGET: &str = "DELETE FROM session WHERE expires_at <= $1";
}

/// A session to open.
#[derive(Debug)]
pub(crate) struct NewSession<'a> {
    pub(crate) id: SessionId,
    pub(crate) person: UserId,
    pub(crate) seat: Option<WorkspaceId>,
    pub(crate) expires_at: Timestamp,
    pub(crate) remembered: bool,
    pub(crate) address: &'a str,
    pub(crate) agent: &'a str,
}

pub(crate) async fn add(tx: &mut Tx, new: NewSession<'_>, now: Timestamp) -> Result<(), DbError> {
    let values = [
        new.id.into(),
        new.person.into(),
        new.seat.into(),
        now.into(),
        new.expires_at.into(),
        new.remembered.into(),
        new.address.into(),
        new.agent.into(),
    ];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

/// The open sessions of somebody, the newest first, 200 at most.
pub(crate) async fn open(db: &Db, person: UserId, now: Timestamp) -> Result<Vec<Session>, DbError> {
    type Row = (SessionId, Option<WorkspaceId>, i64, i64, i64, i64, String, String);
    let rows: Vec<Row> = db.all(Stmt::text(OPEN, [person.into(), now.into()])).await?;
    Ok(rows
        .into_iter()
        .map(|(id, seat, created, seen, expires, remembered, address, agent)| Session {
            id,
            seat,
            created_at: Timestamp::micros(created),
            seen_at: Timestamp::micros(seen),
            expires_at: Timestamp::micros(expires),
            remembered: remembered == 1,
            address,
            agent,
        })
        .collect())
}

/// Whether somebody had sessions before, and none from this browser and address.
pub(crate) async fn is_new_device(
    tx: &mut Tx,
    person: UserId,
    agent: &str,
    address: &str,
) -> Result<bool, DbError> {
    let values = [person.into(), agent.into(), address.into()];
    let row: Option<(i64, i64)> = tx.one(Stmt::text(KNOWN, values)).await?;
    Ok(row == Some((1, 0)))
}

/// Ends one session of `person`; false where it is none of theirs or has ended.
pub(crate) async fn end(
    tx: &mut Tx,
    id: SessionId,
    person: UserId,
    why: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [id.into(), person.into(), now.into(), why.into()];
    Ok(tx.run(Stmt::text(END, values)).await? == 1)
}

/// Ends all sessions of `person` but `kept`; with an id that is none, all. Returns how many.
pub(crate) async fn end_others(
    tx: &mut Tx,
    person: UserId,
    kept: SessionId,
    why: &str,
    now: Timestamp,
) -> Result<u64, DbError> {
    tx.run(Stmt::text(END_OTHERS, [person.into(), kept.into(), now.into(), why.into()])).await
}

pub(crate) async fn take_seat(
    tx: &mut Tx,
    id: SessionId,
    person: UserId,
    workspace: WorkspaceId,
) -> Result<(), DbError> {
    tx.run(Stmt::text(TAKE_SEAT, [id.into(), person.into(), workspace.into()])).await?;
    Ok(())
}

pub(crate) async fn proved(
    tx: &mut Tx,
    id: SessionId,
    person: UserId,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(Stmt::text(PROVED, [id.into(), person.into(), now.into()])).await?;
    Ok(())
}

pub(crate) async fn seen(
    tx: &mut Tx,
    id: SessionId,
    expires_at: Timestamp,
    address: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = [id.into(), now.into(), expires_at.into(), address.into()];
    tx.run(Stmt::text(SEEN, values)).await?;
    Ok(())
}

pub(crate) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    tx.run(Stmt::text(FORGET, [before.into()])).await
}
