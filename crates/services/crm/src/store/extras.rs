//! What hangs on contacts: tags and consents; and how many contacts there are.

use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

const TAG: &str = "INSERT INTO contact_tag (workspace_id, contact_id, tag, origin_id)";
const CONSENT: &str = "INSERT INTO contact_consent (workspace_id, contact_id, channel, at, stance, evidence, origin_id)";
/// The same witness says the same once.
const ONCE: &str = "ON CONFLICT DO NOTHING";

macro_rules! stances_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, contact_id) AS (",
            $rows,
            ") SELECT DISTINCT c.contact_id, c.channel, c.stance, c.origin_id
            FROM v CROSS JOIN contact_consent AS c
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
        ON CONFLICT DO NOTHING";
    const CONSENT_ONE: &str = "INSERT INTO contact_consent (workspace_id, contact_id, channel, at, stance, evidence, origin_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    const STANCES: &str = stances_text!("SELECT workspace_id, contact_id FROM contact_consent WHERE workspace_id = $1");
}

/// What stands for whoever set a tag or brought a consent: an import, or the workspace where a person did.
pub(crate) fn witness(workspace: WorkspaceId, origin: Option<Uuid>) -> Uuid {
    origin.unwrap_or_else(|| workspace.as_uuid())
}

/// The import that [`witness`] stands for.
pub(crate) fn origin_of(workspace: WorkspaceId, witness: Uuid) -> Option<Uuid> {
    (witness != workspace.as_uuid()).then_some(witness)
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

/// A tag of a contact, and what set it.
pub(crate) type TagRow = (ContactId, String, Option<Uuid>);

/// Adds tags; how many were not there from the same witness.
pub(crate) async fn add_tags(
    tx: &mut Tx,
    workspace: WorkspaceId,
    tags: impl Iterator<Item = TagRow>,
) -> Result<u64, DbError> {
    let values = tags.flat_map(|(contact, tag, origin)| -> [Value; 4] {
        [workspace.into(), contact.into(), tag.into(), witness(workspace, origin).into()]
    });
    tx.insert_many(TAG, 4, values.collect::<Vec<_>>(), ONCE).await
}

/// What these contacts have said so far: whose, channel, stance, and what brought it.
pub(crate) async fn stances(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<Vec<(ContactId, String, String, Option<Uuid>)>, DbError> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let values = contacts.iter().flat_map(|id| [workspace.into(), (*id).into()]).collect();
    let rows: Vec<(ContactId, String, String, Uuid)> =
        tx.all_many(stances_text!("@rows@"), 2, values).await?;
    let row = |(who, channel, stance, by)| (who, channel, stance, origin_of(workspace, by));
    Ok(rows.into_iter().map(row).collect())
}

/// Whose, channel, when, stance, evidence, what brought it.
pub(crate) type ConsentRow = (ContactId, String, i64, String, String, Option<Uuid>);

/// Adds consents.
pub(crate) async fn add_consents(
    tx: &mut Tx,
    workspace: WorkspaceId,
    consents: impl Iterator<Item = ConsentRow>,
) -> Result<(), DbError> {
    let values =
        consents.flat_map(|(contact, channel, at, stance, evidence, origin)| -> [Value; 7] {
            [
                workspace.into(),
                contact.into(),
                channel.into(),
                at.into(),
                stance.into(),
                evidence.into(),
                witness(workspace, origin).into(),
            ]
        });
    tx.insert_many(CONSENT, 7, values.collect::<Vec<_>>(), ONCE).await.map(drop)
}
