//! Contacts as upserts see and write them: every column.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

/// The columns of a new contact, and more.
macro_rules! insert_text {
    ($more:literal) => {
        concat!(
            "INSERT INTO contact (workspace_id, id, first_name, last_name, company, domain, title, linkedin_url,
            country, original_email, original_phone, details, company_id, marks, origin_id, created_at, updated_at",
            $more,
            ")"
        )
    };
}
const INSERT_COLUMNS: usize = 17;
const COPY_TAIL: &str = " ON CONFLICT (workspace_id, id) DO NOTHING";

macro_rules! load_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") SELECT c.id, c.first_name, c.last_name, c.company, c.domain, c.title, c.linkedin_url,
            c.country, c.original_email, c.original_phone, c.details, c.company_id, c.marks, c.origin_id,
            c.updated_at, c.merged_into FROM v CROSS JOIN contact AS c
            WHERE c.workspace_id = v.workspace_id AND c.id = v.id"
        )
    };
}

const SAVE_COLUMNS: usize = 15;
macro_rules! save_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id, first_name, last_name, company, domain, title, linkedin_url,
            country, original_email, original_phone, details, company_id, marks, updated_at) AS (",
            $rows,
            ") UPDATE contact SET first_name = v.first_name, last_name = v.last_name,
            company = v.company, domain = v.domain, title = v.title, linkedin_url = v.linkedin_url,
            country = v.country, original_email = v.original_email, original_phone = v.original_phone,
            details = v.details, company_id = v.company_id, marks = v.marks, updated_at = v.updated_at,
            version = contact.version + 1 FROM v
            WHERE contact.workspace_id = CASE WHEN 1 = 1 THEN v.workspace_id END
            AND contact.id = CASE WHEN 1 = 1 THEN v.id END"
        )
    };
}

/// Every statement of this file.
pub(crate) fn statements() -> Vec<&'static str> {
    vec![
        load_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1"),
        save_text!(
            "SELECT workspace_id, id, first_name, last_name, company, domain, title, linkedin_url,
            country, original_email, original_phone, details, company_id, marks, updated_at FROM contact
            WHERE workspace_id = $1"
        ),
        concat!(
            insert_text!(""),
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        ),
        concat!(
            insert_text!(", merged_into"),
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            ON CONFLICT (workspace_id, id) DO NOTHING"
        ),
    ]
}

/// A contact with every column that an upsert may read or change.
#[derive(Debug, Clone)]
pub(crate) struct ContactRow {
    pub(crate) id: ContactId,
    /// In the order of `FIELD_WORDS`; empty text is none.
    pub(crate) fields: [String; 9],
    /// JSON.
    pub(crate) details: String,
    pub(crate) company_id: Option<Uuid>,
    /// 16 bytes each.
    pub(crate) marks: Vec<u8>,
    pub(crate) origin: Option<Uuid>,
    pub(crate) updated_at: i64,
    pub(crate) merged_into: Option<Uuid>,
}

/// Contacts that are put together while they are written.
pub(crate) type Rows<'r> = Box<dyn Iterator<Item = ContactRow> + Send + 'r>;

type Row = (
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
    String,
    Option<Uuid>,
    Option<Vec<u8>>,
    Option<Uuid>,
    i64,
    Option<Uuid>,
);

/// The contacts with these ids, merged ones too, in no order.
pub(crate) async fn load(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
) -> Result<Vec<ContactRow>, DbError> {
    let values = ids.iter().flat_map(|id| [workspace.into(), (*id).into()]).collect();
    let rows: Vec<Row> = tx.all_many(load_text!("@rows@"), 2, values).await?;
    Ok(rows.into_iter().map(row).collect())
}

fn row(row: Row) -> ContactRow {
    let (
        id,
        first,
        last,
        company,
        domain,
        title,
        url,
        country,
        email,
        phone,
        details,
        at,
        marks,
        origin,
        updated_at,
        merged_into,
    ) = row;
    ContactRow {
        id: id.into(),
        fields: [
            first,
            last,
            company,
            domain.unwrap_or_default(),
            title,
            url,
            country,
            email.unwrap_or_default(),
            phone.unwrap_or_default(),
        ],
        details,
        company_id: at,
        marks: marks.unwrap_or_default(),
        origin,
        updated_at,
        merged_into,
    }
}

/// Stores new contacts.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: Rows<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = contacts.into_iter().flat_map(move |contact| {
        let (updated_at, origin) = (contact.updated_at, contact.origin);
        let more = [origin.into(), now.into(), updated_at.into()];
        columns(workspace, contact).into_iter().chain(more)
    });
    tx.insert_many(insert_text!(""), INSERT_COLUMNS, values, "").await.map(drop)
}

/// Stores contacts as they are in another database, merged ones too; those that are there stay as they are.
pub(crate) async fn copy(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: Vec<ContactRow>,
) -> Result<(), DbError> {
    const COLUMNS: usize = INSERT_COLUMNS + 1;
    let values = contacts.into_iter().flat_map(move |contact| {
        let (updated_at, origin, into) = (contact.updated_at, contact.origin, contact.merged_into);
        let more = [origin.into(), updated_at.into(), updated_at.into(), into.into()];
        columns(workspace, contact).into_iter().chain(more)
    });
    tx.insert_many(insert_text!(", merged_into"), COLUMNS, values, COPY_TAIL).await.map(drop)
}

/// Stores what changed of contacts; their version counts up.
pub(crate) async fn save(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: Rows<'_>,
) -> Result<(), DbError> {
    let values = contacts.into_iter().flat_map(move |contact| {
        let more = [contact.updated_at.into()];
        columns(workspace, contact).into_iter().chain(more)
    });
    tx.run_many(save_text!("@rows@"), SAVE_COLUMNS, values).await.map(drop)
}

/// The columns that all statements begin with.
fn columns(workspace: WorkspaceId, contact: ContactRow) -> [Value; 14] {
    let [first, last, company, domain, title, url, country, email, phone] = contact.fields;
    let none = |text: String| (!text.is_empty()).then_some(text);
    [
        workspace.into(),
        contact.id.into(),
        first.into(),
        last.into(),
        company.into(),
        none(domain).into(),
        title.into(),
        url.into(),
        country.into(),
        none(email).into(),
        none(phone).into(),
        contact.details.into(),
        contact.company_id.into(),
        contact.marks.into(),
    ]
}
