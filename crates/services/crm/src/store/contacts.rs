use captely_contact::{Person, Timestamp};
use captely_platform::db::{DbError, Stmt, Tx, Value, in_list, padded};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::{Contact, NewContact};

const INSERT: &str = "INSERT INTO contact (workspace_id, id, first_name, last_name, company, domain, \
    title, linkedin_url, country, original_email, original_phone, created_at, updated_at)";
const LOAD: &str = "SELECT id, first_name, last_name, company, domain, title, linkedin_url, country, \
    original_email, original_phone FROM contact WHERE workspace_id = $1 AND id IN";
const SAVE_FOUND: &str = "WITH v (workspace_id, id, email, phone, at) AS (@rows@) \
    UPDATE contact SET email = COALESCE(v.email, contact.email), \
    phone = COALESCE(v.phone, contact.phone), updated_at = v.at \
    FROM v WHERE contact.workspace_id = v.workspace_id AND contact.id = v.id";

/// Every statement of this table.
pub fn statements() -> Vec<&'static str> {
    vec![
        "SELECT id, first_name, last_name, company, domain, title, linkedin_url, country, \
         original_email, original_phone FROM contact WHERE workspace_id = $1 AND id IN ($2)",
    ]
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
    let list = padded(ids.iter().map(|id| (*id).into()).collect());
    let sql = format!("{LOAD} ({})", in_list(2, list.len()));
    let values = [vec![workspace.into()], list].concat();
    let rows: Vec<ContactRow> = tx.all(Stmt::owned(sql, values)).await?;
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

/// The best e-mail and phone found for a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whose.
    pub contact: ContactId,
    /// `None` leaves what is there.
    pub email: Option<String>,
    /// `None` leaves what is there.
    pub phone: Option<String>,
}

/// Shows the best e-mail and phone on the contacts themselves. No contact may be there twice.
pub async fn save_found(
    tx: &mut Tx,
    workspace: WorkspaceId,
    found: Vec<Found>,
    now: Timestamp,
) -> Result<u64, DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(found.len().saturating_mul(5));
    for one in found {
        values.extend([
            workspace.into(),
            one.contact.into(),
            one.email.into(),
            one.phone.into(),
            now.into(),
        ]);
    }
    tx.run_many(SAVE_FOUND, 5, values).await
}
