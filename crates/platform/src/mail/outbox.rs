use captely_contact::Timestamp;
use serde::Serialize;

use super::letter::Content;
use super::store::{self, KeptRow};
use crate::db::{Db, DbError};
use crate::ids::{MailId, WorkspaceId};
use crate::secrets::Keyring;

/// The most mails that are read at once.
const KEPT_MAX: u32 = 1_000;

/// A mail that was written and kept instead of sent.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct KeptMail {
    /// Its id.
    pub id: MailId,
    /// Whose mail it is.
    pub workspace: WorkspaceId,
    /// When it was queued, as RFC 3339 has it.
    pub queued_at: String,
    /// Who it would be from, with the name.
    pub from: String,
    /// Who would have got it, with the name.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// The latest `limit` mails (at most 1,000) of all workspaces that were kept instead of sent, newest
/// first. They hold codes and links: for the sandbox, and for nobody but its owner. One that cannot be
/// read is logged and left out here; [`kept`] says why.
pub async fn outbox(db: &Db, keys: &Keyring, limit: u32) -> Result<Vec<KeptMail>, DbError> {
    let rows = store::all_kept(&mut db.reader().await?, limit.min(KEPT_MAX)).await?;
    let read = |row| opened(keys, row).inspect_err(|why| tracing::warn!(%why, "A kept mail"));
    Ok(rows.iter().filter_map(|row| read(row).ok()).collect())
}

/// One mail that was kept instead of sent.
pub async fn kept(db: &Db, keys: &Keyring, id: MailId) -> Result<Option<KeptMail>, DbError> {
    let row = store::one_kept(&mut db.reader().await?, id).await?;
    row.map(|row| opened(keys, &row)).transpose()
}

fn opened(keys: &Keyring, row: &KeptRow) -> Result<KeptMail, DbError> {
    let bad = |why: &str| DbError::Decode(format!("{}: {why}", row.id));
    let content = store::open(keys, (row.workspace_id, row.id), &row.sealed);
    let Content::Written(letter) = content.map_err(|fault| bad(fault.why()))? else {
        return Err(bad("the mail was kept but never written"));
    };
    Ok(KeptMail {
        id: row.id,
        workspace: row.workspace_id,
        queued_at: Timestamp::micros(row.queued_at).to_string(),
        from: letter.from.to_string(),
        to: letter.to.to_string(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    })
}

/// Whose and when; the rest may hold a code.
impl std::fmt::Debug for KeptMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeptMail({}, {})", self.id, self.queued_at)
    }
}
