use captely_contact::Timestamp;

use super::fault::SendFault;
use super::letter::Content;
use crate::db::{DbError, Stmt, Tx};
use crate::ids::{MailId, WorkspaceId};
use crate::secrets::{Keyring, OpenError};

crate::statements! {
    const INSERT: &str = "INSERT INTO mail (workspace_id, id, queued_at, useful_until, sealed)
        VALUES ($1, $2, $3, $4, $5)";

    const READ: &str = "SELECT state, queued_at, useful_until, sealed, error
        FROM mail WHERE workspace_id = $1 AND id = $2";

    const BEGIN: &str = "UPDATE mail SET state = 1, attempt = attempt + 1, sealed = $3
        WHERE workspace_id = $1 AND id = $2 AND state IN (0, 1)";

    const PUT_OFF: &str = "UPDATE mail SET state = 0, error = $3
        WHERE workspace_id = $1 AND id = $2 AND state = 1";

    const SENT: &str = "UPDATE mail SET state = 2, finished_at = $3, provider_id = $4, error = NULL, sealed = ''
        WHERE workspace_id = $1 AND id = $2 AND state = 1";

    const FAILED: &str = "UPDATE mail SET state = 3, finished_at = $3, error = $4, sealed = ''
        WHERE workspace_id = $1 AND id = $2 AND state IN (0, 1)";

    const KEEP: &str = "UPDATE mail SET state = 4, finished_at = $3
        WHERE workspace_id = $1 AND id = $2 AND state = 1";

    const ALL_KEPT: &str = "SELECT workspace_id, id, queued_at, sealed FROM mail
        WHERE state = 4 ORDER BY queued_at DESC, id DESC LIMIT $1";

    const ONE_KEPT: &str = "SELECT workspace_id, id, queued_at, sealed FROM mail
        WHERE state = 4 AND id = $1";

    const PURGE: &str = "DELETE FROM mail WHERE (workspace_id, id) IN (
        SELECT workspace_id, id FROM mail WHERE queued_at < $1 ORDER BY queued_at LIMIT $2)";
}

/// What stands in the column `state`.
pub(super) mod state {
    pub(crate) const QUEUED: i64 = 0;
    pub(crate) const SENDING: i64 = 1;
    pub(crate) const FAILED: i64 = 3;
}

/// Which mail of which workspace.
pub(super) type Key = (WorkspaceId, MailId);

#[derive(Debug, sqlx::FromRow)]
pub(super) struct MailRow {
    pub(super) state: i64,
    pub(super) queued_at: i64,
    pub(super) useful_until: i64,
    pub(super) sealed: String,
    pub(super) error: Option<String>,
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct KeptRow {
    pub(super) workspace_id: WorkspaceId,
    pub(super) id: MailId,
    pub(super) queued_at: i64,
    pub(super) sealed: String,
}

pub(super) async fn insert(
    tx: &mut Tx,
    (workspace, id): Key,
    now: Timestamp,
    useful_until: Timestamp,
    sealed: &str,
) -> Result<(), DbError> {
    let values = [workspace.into(), id.into(), now.into(), useful_until.into(), sealed.into()];
    tx.run(Stmt::text(INSERT, values)).await.map(drop)
}

pub(super) async fn read(tx: &mut Tx, (workspace, id): Key) -> Result<Option<MailRow>, DbError> {
    tx.one(Stmt::text(READ, [workspace.into(), id.into()])).await
}

/// An attempt begins, with the letter as it will go out; `false` where somebody has ended the mail.
pub(super) async fn begin(
    tx: &mut Tx,
    (workspace, id): Key,
    sealed: &str,
) -> Result<bool, DbError> {
    let values = [workspace.into(), id.into(), sealed.into()];
    tx.run(Stmt::text(BEGIN, values)).await.map(|rows| rows == 1)
}

pub(super) async fn put_off(tx: &mut Tx, (workspace, id): Key, why: &str) -> Result<(), DbError> {
    tx.run(Stmt::text(PUT_OFF, [workspace.into(), id.into(), why.into()])).await.map(drop)
}

pub(super) async fn sent(
    tx: &mut Tx,
    (workspace, id): Key,
    now: Timestamp,
    provider_id: Option<&str>,
) -> Result<(), DbError> {
    let values = [workspace.into(), id.into(), now.into(), provider_id.into()];
    tx.run(Stmt::text(SENT, values)).await.map(drop)
}

pub(super) async fn failed(
    tx: &mut Tx,
    (workspace, id): Key,
    now: Timestamp,
    why: &str,
) -> Result<(), DbError> {
    let values = [workspace.into(), id.into(), now.into(), why.into()];
    tx.run(Stmt::text(FAILED, values)).await.map(drop)
}

pub(super) async fn keep(tx: &mut Tx, (workspace, id): Key, now: Timestamp) -> Result<(), DbError> {
    tx.run(Stmt::text(KEEP, [workspace.into(), id.into(), now.into()])).await.map(drop)
}

pub(super) async fn all_kept(tx: &mut Tx, limit: u32) -> Result<Vec<KeptRow>, DbError> {
    tx.all(Stmt::text(ALL_KEPT, [limit.into()])).await
}

pub(super) async fn one_kept(tx: &mut Tx, id: MailId) -> Result<Option<KeptRow>, DbError> {
    tx.one(Stmt::text(ONE_KEPT, [id.into()])).await
}

/// Removes up to `n` mails that were queued before `before`, whatever became of them; returns how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, n: u32) -> Result<u64, DbError> {
    tx.run(Stmt::text(PURGE, [before.into(), n.into()])).await
}

fn context((workspace, id): Key) -> String {
    format!("mail.sealed {workspace} {id}")
}

pub(super) fn seal(keys: &Keyring, key: Key, content: &Content) -> Result<String, DbError> {
    let text = serde_json::to_vec(content).map_err(|why| DbError::Decode(why.to_string()))?;
    Ok(keys.seal(&context(key), &text))
}

/// The error says what is wrong with the row and with none of its content. Final is only what nobody
/// can open: while keys or versions are changed, another process may have the key or know the form.
pub(super) fn open(keys: &Keyring, key: Key, sealed: &str) -> Result<Content, SendFault> {
    let text = keys.open(&context(key), sealed).map_err(|why| {
        let said = format!("the mail cannot be opened: {why}");
        match why {
            OpenError::UnknownKey { .. } | OpenError::Malformed => SendFault::later(said),
            OpenError::Forged => SendFault::Final(said),
        }
    })?;
    serde_json::from_slice(&text).map_err(|why| {
        SendFault::later(format!(
            "the mail cannot be opened: it was written by another version of captely (at column {})",
            why.column()
        ))
    })
}
