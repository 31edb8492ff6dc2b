//! What hangs on contacts: tags and consents; and how many contacts there are.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::NewConsent;

const TAG: &str = "INSERT INTO contact_tag (workspace_id, contact_id, tag, origin_id)";
const TAG_TAIL: &str =
    "ON CONFLICT (workspace_id, contact_id, tag) DO NOTHING RETURNING contact_id, tag";
const CONSENT: &str = "INSERT INTO contact_consent (workspace_id, contact_id, channel, at, stance, evidence, origin_id)";
const CONSENT_TAIL: &str = "ON CONFLICT (workspace_id, contact_id, channel, at, stance) DO NOTHING";

macro_rules! stances_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, contact_id) AS (",
            $rows,
            ") SELECT DISTINCT c.contact_id, c.channel, c.stance FROM v CROSS JOIN contact_consent AS c
            WHERE c.workspace_id = v.workspace_id AND c.contact_id = v.contact_id"
        )
    };
}

captely_platform::statements! {
    pub(crate) fn statements;

    const COUNT: &str = "SELECT contacts FROM contact_count WHERE workspace_id = $1";
    const COUNT_BY: &str = "INSERT INTO contact_count (workspace_id, contacts) VALUES ($1, $2) \
        ON CONFLICT (workspace_id) DO UPDATE SET contacts = contact_count.contacts + excluded.contacts";
    const TAG_ONE: &str = "INSERT INTO contact_tag (workspace_id, contact_id, tag, origin_id) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (workspace_id, contact_id, tag) DO NOTHING RETURNING contact_id, tag";
    const CONSENT_ONE: &str = "INSERT INTO contact_consent (workspace_id, contact_id, channel, at, stance, evidence, origin_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (workspace_id, contact_id, channel, at, stance) DO NOTHING";
    const STANCES: &str = stances_text!("SELECT workspace_id, contact_id FROM contact_consent WHERE workspace_id = $1");
}

/// How many contacts a workspace has; merged ones are not counted.
pub async fn count(tx: &mut Tx, workspace: WorkspaceId) -> Result<u64, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(COUNT, [workspace.into()])).await?;
    Ok(row.map_or(0, |(n,)| u64::try_from(n).unwrap_or(0)))
}

/// Counts contacts made (or, below 0, gone).
pub(crate) async fn count_by(tx: &mut Tx, workspace: WorkspaceId, by: i64) -> Result<(), DbError> {
    if by == 0 {
        return Ok(());
    }
    tx.run(Stmt::text(COUNT_BY, [workspace.into(), by.into()])).await.map(drop)
}

/// Adds tags; those that were not there.
pub(crate) async fn add_tags(
    tx: &mut Tx,
    workspace: WorkspaceId,
    tags: &[(ContactId, &str)],
    origin: Option<Uuid>,
) -> Result<Vec<(ContactId, String)>, DbError> {
    if tags.is_empty() {
        return Ok(Vec::new());
    }
    let values = tags.iter().flat_map(|(contact, tag)| -> [Value; 4] {
        [workspace.into(), (*contact).into(), (*tag).into(), origin.into()]
    });
    tx.insert_many_returning(TAG, 4, values.collect(), TAG_TAIL).await
}

/// What these contacts have said so far: whose, channel, stance.
pub(crate) async fn stances(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<Vec<(ContactId, String, String)>, DbError> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let values = contacts.iter().flat_map(|id| [workspace.into(), (*id).into()]).collect();
    tx.all_many(stances_text!("@rows@"), 2, values).await
}

/// Adds consents.
pub(crate) async fn add_consents(
    tx: &mut Tx,
    workspace: WorkspaceId,
    consents: &[(ContactId, &NewConsent)],
    origin: Option<Uuid>,
    now: Timestamp,
) -> Result<(), DbError> {
    if consents.is_empty() {
        return Ok(());
    }
    let values = consents.iter().flat_map(|(contact, consent)| -> [Value; 7] {
        [
            workspace.into(),
            (*contact).into(),
            consent.channel.as_str().into(),
            now.into(),
            consent.stance.as_str().into(),
            consent.evidence.clone().into(),
            origin.into(),
        ]
    });
    tx.insert_many(CONSENT, 7, values.collect(), CONSENT_TAIL).await.map(drop)
}
