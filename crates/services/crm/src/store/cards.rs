//! What hangs on contacts, read.

use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use super::extras::{ConsentRow, TagRow, origin_of};

macro_rules! of_contacts {
    ($rows:literal, $columns:literal, $table:literal) => {
        concat!(
            "WITH v (workspace_id, contact_id) AS (",
            $rows,
            ") SELECT ",
            $columns,
            " FROM v CROSS JOIN ",
            $table,
            " AS t WHERE t.workspace_id = v.workspace_id AND t.contact_id = v.contact_id"
        )
    };
}

captely_platform::statements! {
    pub(crate) fn statements;

    const TAGS: &str = of_contacts!("SELECT workspace_id, contact_id FROM contact_tag WHERE workspace_id = $1",
        "t.contact_id, t.tag, t.origin_id", "contact_tag");
    const CONSENTS: &str = of_contacts!("SELECT workspace_id, contact_id FROM contact_tag WHERE workspace_id = $1",
        "t.contact_id, t.channel, t.at, t.stance, t.evidence, t.origin_id", "contact_consent");
}

/// The tags of contacts; one that several set stands several times.
pub(crate) async fn tags(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<Vec<TagRow>, DbError> {
    const SQL: &str = of_contacts!("@rows@", "t.contact_id, t.tag, t.origin_id", "contact_tag");
    let rows: Vec<(ContactId, String, Uuid)> =
        tx.all_many(SQL, 2, ids(workspace, contacts)).await?;
    let row = |(who, tag, by)| (who, tag, origin_of(workspace, by));
    Ok(rows.into_iter().map(row).collect())
}

/// What contacts said.
pub(crate) async fn consents(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<Vec<ConsentRow>, DbError> {
    const SQL: &str = of_contacts!(
        "@rows@",
        "t.contact_id, t.channel, t.at, t.stance, t.evidence, t.origin_id",
        "contact_consent"
    );
    let rows: Vec<(ContactId, String, i64, String, String, Uuid)> =
        tx.all_many(SQL, 2, ids(workspace, contacts)).await?;
    let row = |(who, channel, at, stance, evidence, by)| {
        (who, channel, at, stance, evidence, origin_of(workspace, by))
    };
    Ok(rows.into_iter().map(row).collect())
}

fn ids(workspace: WorkspaceId, contacts: &[ContactId]) -> Vec<Value> {
    contacts.iter().flat_map(|id| [workspace.into(), (*id).into()]).collect()
}
