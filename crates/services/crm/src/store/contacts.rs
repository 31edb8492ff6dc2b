use captely_contact::{Person, Timestamp};
use captely_platform::db::{DbError, Stmt, Tx, Value, in_list, padded};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::{Contact, NewContact};

const INSERT: &str = "INSERT INTO contact (workspace_id, id, first_name, last_name, company, domain, \
    title, linkedin_url, country, original_email, original_phone, created_at, updated_at)";
const LOAD: &str = "SELECT id, first_name, last_name, company, domain, title, linkedin_url, country, \
    original_email, original_phone FROM contact WHERE workspace_id = $1 AND id IN";
const SAVE_FOUND: &str = "UPDATE contact SET email = COALESCE($3, email), \
    phone = COALESCE($4, phone), updated_at = $5 WHERE workspace_id = $1 AND id = $2";

/// Every statement of this table.
pub fn statements() -> Vec<&'static str> {
    vec![
        "SELECT id, first_name, last_name, company, domain, title, linkedin_url, country, \
         original_email, original_phone FROM contact WHERE workspace_id = $1 AND id IN ($2)",
        SAVE_FOUND,
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

/// Shows the best e-mail and phone on the contact itself; `None` leaves what is there.
pub async fn save_found(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contact: ContactId,
    email: Option<&str>,
    phone: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    let values: [Value; 5] = [
        workspace.into(),
        contact.into(),
        email.map(str::to_owned).into(),
        phone.map(str::to_owned).into(),
        now.into(),
    ];
    tx.run(Stmt::text(SAVE_FOUND, values)).await?;
    Ok(())
}
