use std::collections::BTreeSet;

use captely_contact::{Person, Timestamp};
use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::{Contact, NewContact};

const INSERT: &str = "INSERT INTO contact (workspace_id, id, first_name, last_name, company, domain, \
    title, linkedin_url, country, original_email, original_phone, created_at, updated_at)";
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

/// Every statement of this table.
pub fn statements() -> Vec<&'static str> {
    vec![load_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1")]
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

/// Stores new contacts.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: &[(ContactId, &NewContact)],
    now: Timestamp,
) -> Result<(), DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(contacts.len().saturating_mul(13));
    for (id, contact) in contacts {
        let person = &contact.person;
        values.extend([
            workspace.into(),
            (*id).into(),
            person.first_name.clone().into(),
            person.last_name.clone().into(),
            person.company.clone().into(),
            person.domain.as_ref().map(ToString::to_string).into(),
            person.title.clone().into(),
            person.linkedin_url.clone().into(),
            person.country.clone().into(),
            contact.email.as_ref().map(ToString::to_string).into(),
            contact.phone.clone().into(),
            now.into(),
            now.into(),
        ]);
    }
    tx.insert_many(INSERT, 13, values, "").await?;
    Ok(())
}
