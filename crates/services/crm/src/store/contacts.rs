use std::collections::{BTreeSet, HashSet};

use captely_contact::Person;
use captely_platform::db::{DbError, Engine, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::Contact;

macro_rules! load_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") SELECT c.id, c.first_name, c.last_name, c.company, c.domain, c.title, c.linkedin_url,
            c.country, c.original_email, c.original_phone FROM v CROSS JOIN contact AS c
            WHERE c.workspace_id = v.workspace_id AND c.id = v.id"
        )
    };
}
const LOAD: &str = load_text!("@rows@");

macro_rules! held_text {
    ($rows:literal, $lock:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") SELECT c.id FROM v CROSS JOIN contact AS c WHERE c.workspace_id = v.workspace_id AND c.id = v.id
            ORDER BY c.id",
            $lock
        )
    };
}

macro_rules! merged_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") SELECT c.id, c.merged_into FROM v CROSS JOIN contact AS c
            WHERE c.workspace_id = v.workspace_id AND c.id = v.id"
        )
    };
}

/// Every statement of this table.
pub(crate) fn statements() -> Vec<&'static str> {
    vec![
        load_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1"),
        held_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1", ""),
        merged_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1"),
    ]
}

/// Those of these contacts that there are, each with the one that it was merged into.
pub(crate) async fn merged_into(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &BTreeSet<ContactId>,
) -> Result<Vec<(Uuid, Option<Uuid>)>, DbError> {
    let values = ids.iter().flat_map(|id| [workspace.into(), (*id).into()]).collect();
    tx.all_many(merged_text!("@rows@"), 2, values).await
}

/// Which of these contacts there are: none of them is removed until the transaction ends.
pub(crate) async fn held(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = ContactId>,
) -> Result<HashSet<ContactId>, DbError> {
    // SQLite has one writer at a time. Merges and imports do not wait for this lock, only what removes contacts.
    let sql = match tx.engine() {
        Engine::Sqlite => held_text!("@rows@", ""),
        Engine::Postgres => held_text!("@rows@", " FOR KEY SHARE OF c"),
    };
    in_order(tx, workspace, ids, sql).await
}

/// Takes these contacts for their removal in the order in which [`held`] does, so that neither waits for the other.
pub(crate) async fn take(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = ContactId>,
) -> Result<(), DbError> {
    match tx.engine() {
        Engine::Sqlite => Ok(()),
        Engine::Postgres => {
            let sql = held_text!("@rows@", " FOR UPDATE OF c");
            in_order(tx, workspace, ids, sql).await.map(drop)
        }
    }
}

async fn in_order(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = ContactId>,
    sql: &'static str,
) -> Result<HashSet<ContactId>, DbError> {
    let distinct: BTreeSet<ContactId> = ids.collect();
    let values: Vec<Value> =
        distinct.into_iter().flat_map(|id| [workspace.into(), id.into()]).collect();
    let rows: Vec<(ContactId,)> = tx.all_many(sql, 2, values).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

type ContactRow = (
    Uuid,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
);

/// The contacts with these ids, in no order; ids that the workspace does not have are left out.
///
/// One that was merged into another is loaded as it stands, under its own id: a run that has begun with it ends
/// with it, and nothing is lost if the merge is undone. Whoever begins something with ids of before asks
/// [`standing_contacts`](crate::standing_contacts) first.
pub async fn load(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
) -> Result<Vec<Contact>, DbError> {
    let distinct: BTreeSet<ContactId> = ids.iter().copied().collect();
    let values = distinct.into_iter().flat_map(|id| [workspace.into(), id.into()]).collect();
    let rows: Vec<ContactRow> = tx.all_many(LOAD, 2, values).await?;
    Ok(rows.into_iter().map(contact).collect())
}

fn contact(row: ContactRow) -> Contact {
    let (id, first_name, last_name, company, domain, title, linkedin_url, country, email, phone) =
        row;
    let domain = domain.and_then(|text| text.parse().ok());
    Contact {
        id: ContactId::from(id),
        person: Person { first_name, last_name, company, domain, title, linkedin_url, country },
        original_email: email.and_then(|text| text.parse().ok()),
        original_phone: phone,
    }
}
