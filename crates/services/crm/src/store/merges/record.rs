//! A contact with everything that a merge looks at.

use std::collections::BTreeMap;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use super::{json, read_json};
use crate::keys::Mark;
use crate::merge::Record;

macro_rules! get_text {
    ($lock:literal) => {
        concat!(
            "SELECT first_name, last_name, company, domain, title, linkedin_url, country, original_email,
                original_phone, company_id, details, marks, merged_into
            FROM contact WHERE workspace_id = $1 AND id = $2",
            $lock
        )
    };
}

captely_platform::statements! {
    pub(crate) fn statements;

    const GET: &str = get_text!("");
    const BEST: &str = "SELECT email, phone FROM contact_best WHERE workspace_id = $1 AND contact_id = $2";
    const WRITE: &str = "UPDATE contact SET first_name = $3, last_name = $4, company = $5, domain = $6, title = $7,
        linkedin_url = $8, country = $9, original_email = $10, original_phone = $11, company_id = $12,
        details = $13, marks = $14, version = version + 1, updated_at = $15
        WHERE workspace_id = $1 AND id = $2";
    const WRITE_BEST: &str = "INSERT INTO contact_best (workspace_id, contact_id, email, phone, updated_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, contact_id) DO UPDATE
        SET email = excluded.email, phone = excluded.phone, updated_at = excluded.updated_at";
    const INTO: &str = "UPDATE contact SET merged_into = $3, marks = $4, version = version + 1, updated_at = $5
        WHERE workspace_id = $1 AND id = $2";
}
const GET_LOCKED: &str = get_text!(" FOR UPDATE");

/// Columns that are empty, not NULL, where nothing is known.
const PLAIN: [&str; 6] = ["first_name", "last_name", "company", "title", "linkedin_url", "country"];
const DOMAIN: &str = "domain";
const EMAIL: &str = "email";
const PHONE: &str = "phone";
const COMPANY_ID: &str = "company_id";
const BEST_EMAIL: &str = "found_email";
const BEST_PHONE: &str = "found_phone";

/// The words of the fields that have columns of their own; the others are details.
pub(crate) const COLUMNS: [&str; 12] = [
    "first_name",
    "last_name",
    "company",
    DOMAIN,
    "title",
    "linkedin_url",
    "country",
    EMAIL,
    PHONE,
    COMPANY_ID,
    BEST_EMAIL,
    BEST_PHONE,
];

type Row = (
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<Uuid>,
    String,
    Option<Vec<u8>>,
    Option<Uuid>,
);

/// A contact, which nobody else writes until the transaction ends.
pub(crate) async fn get(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ContactId,
) -> Result<Option<Record>, DbError> {
    let stmt = Stmt::either(GET, GET_LOCKED, [workspace.into(), id.into()]);
    whole(tx, workspace, id, stmt).await
}

/// A contact as it is now.
pub(crate) async fn read(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ContactId,
) -> Result<Option<Record>, DbError> {
    whole(tx, workspace, id, Stmt::text(GET, [workspace.into(), id.into()])).await
}

async fn whole(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ContactId,
    stmt: Stmt,
) -> Result<Option<Record>, DbError> {
    let Some(row) = tx.one::<Row>(stmt).await? else { return Ok(None) };
    let (
        first,
        last,
        company,
        domain,
        title,
        profile,
        country,
        email,
        phone,
        of,
        details,
        marks,
        into,
    ) = row;
    let mut fields: BTreeMap<String, String> = read_json(&details)?;
    let plain = [first, last, company, title, profile, country];
    let best = Stmt::text(BEST, [workspace.into(), id.into()]);
    let best: Option<(Option<String>, Option<String>)> = tx.one(best).await?;
    let (best_email, best_phone) = best.unwrap_or_default();
    let rest = [
        (DOMAIN, domain),
        (EMAIL, email),
        (PHONE, phone),
        (COMPANY_ID, of.map(|id| id.simple().to_string())),
        (BEST_EMAIL, best_email),
        (BEST_PHONE, best_phone),
    ];
    let all = PLAIN.into_iter().zip(plain.map(Some)).chain(rest);
    fields.extend(all.filter_map(|(word, value)| Some((word.to_owned(), value?))));
    fields.retain(|_word, value| !value.is_empty());
    let items = super::items::of(tx, workspace, id).await?;
    let marks = super::read_marks(&marks.unwrap_or_default())?;
    Ok(Some(Record { id, fields, items, marks, merged_into: into.map(ContactId::from) }))
}

/// Writes the fields of a contact.
pub(crate) async fn write(
    tx: &mut Tx,
    workspace: WorkspaceId,
    record: &Record,
    now: Timestamp,
) -> Result<(), DbError> {
    let mut rest = record.fields.clone();
    let plain = PLAIN.map(|word| rest.remove(word).unwrap_or_default());
    let [first, last, company, title, profile, country] = plain;
    let company_id = rest.remove(COMPANY_ID).map(|text| read_id(&text)).transpose()?;
    let (domain, email, phone) = (rest.remove(DOMAIN), rest.remove(EMAIL), rest.remove(PHONE));
    let best: [Value; 5] = [
        workspace.into(),
        record.id.into(),
        rest.remove(BEST_EMAIL).into(),
        rest.remove(BEST_PHONE).into(),
        now.into(),
    ];
    let values: [Value; 15] = [
        workspace.into(),
        record.id.into(),
        first.into(),
        last.into(),
        company.into(),
        domain.into(),
        title.into(),
        profile.into(),
        country.into(),
        email.into(),
        phone.into(),
        company_id.into(),
        json(&rest)?.into(),
        record.marks.concat().into(),
        now.into(),
    ];
    tx.run(Stmt::text(WRITE, values)).await?;
    tx.run(Stmt::text(WRITE_BEST, best)).await.map(drop)
}

/// Says which contact this one was found to be, none where it stands for itself; and what marks it has then.
pub(crate) async fn set_into(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ContactId,
    (into, marks): (Option<ContactId>, &[Mark]),
    now: Timestamp,
) -> Result<(), DbError> {
    let values = [workspace.into(), id.into(), into.into(), marks.concat().into(), now.into()];
    tx.run(Stmt::text(INTO, values)).await.map(drop)
}

fn read_id(text: &str) -> Result<Uuid, DbError> {
    Uuid::try_parse(text).map_err(|why| DbError::Decode(format!("{text:?} is no id: {why}")))
}
