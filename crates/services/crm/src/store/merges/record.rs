//! A contact with everything that a merge looks at.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use super::super::keys::split;
use super::{json, read_json};
use crate::keys::Mark;
use crate::merge::{Changes, Items, Record};

macro_rules! bare_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") SELECT c.id, c.first_name, c.last_name, c.company, c.domain, c.title, c.linkedin_url, c.country,
                c.original_email, c.original_phone, c.company_id, c.details, c.marks, c.merged_into, c.updated_at
            FROM v CROSS JOIN contact AS c WHERE c.workspace_id = v.workspace_id AND c.id = v.id"
        )
    };
}
macro_rules! best_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") SELECT b.contact_id, b.email, b.phone FROM v CROSS JOIN contact_best AS b
            WHERE b.workspace_id = v.workspace_id AND b.contact_id = v.id"
        )
    };
}

captely_platform::statements! {
    pub(crate) fn statements;

    const BARE: &str = bare_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1");
    const BEST: &str = best_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1");
    const WRITE: &str = "UPDATE contact SET first_name = $3, last_name = $4, company = $5, domain = $6, title = $7,
        linkedin_url = $8, country = $9, original_email = $10, original_phone = $11, company_id = $12,
        details = $13, marks = $14, version = version + 1, updated_at = $15
        WHERE workspace_id = $1 AND id = $2";
    /// Only what the merge changed of it: a finding may come in beside.
    const WRITE_BEST: &str = "INSERT INTO contact_best (workspace_id, contact_id, email, phone, updated_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, contact_id) DO UPDATE SET
        email = CASE WHEN CAST($6 AS BIGINT) = 1 THEN excluded.email ELSE contact_best.email END,
        phone = CASE WHEN CAST($7 AS BIGINT) = 1 THEN excluded.phone ELSE contact_best.phone END,
        updated_at = excluded.updated_at";
    const INTO: &str = "UPDATE contact SET merged_into = $3, marks = $4, version = version + 1
        WHERE workspace_id = $1 AND id = $2";
}

/// Columns that are empty, not NULL, where nothing is known.
const PLAIN: [&str; 6] = ["first_name", "last_name", "company", "title", "linkedin_url", "country"];
const DOMAIN: &str = "domain";
const EMAIL: &str = "email";
const PHONE: &str = "phone";
/// The id of the company, which goes with its name and is nobody's to choose or to read.
pub(crate) const COMPANY_ID: &str = "company_id";
const BEST_EMAIL: &str = "found_email";
const BEST_PHONE: &str = "found_phone";

/// The words of the fields that have columns of their own, as people know them; the others are details.
pub(crate) const COLUMNS: [&str; 11] = [
    "first_name",
    "last_name",
    "company",
    DOMAIN,
    "title",
    "linkedin_url",
    "country",
    EMAIL,
    PHONE,
    BEST_EMAIL,
    BEST_PHONE,
];

type Row = (
    ContactId,
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
    i64,
);
type BestRow = (ContactId, Option<String>, Option<String>);

/// A contact as it is now. Whoever would write it holds the lock of the workspace's contacts.
pub(crate) async fn read(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ContactId,
) -> Result<Option<Record>, DbError> {
    let Some(record) = bare(tx, workspace, &[id]).await?.remove(&id) else { return Ok(None) };
    let items = super::items::of(tx, workspace, id).await?;
    Ok(Some(Record { items, ..record }))
}

/// These contacts as they are now, without tags, consents and findings: two statements.
pub(crate) async fn bare(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
) -> Result<HashMap<ContactId, Record>, DbError> {
    let distinct: BTreeSet<ContactId> = ids.iter().copied().collect();
    let values: Vec<Value> =
        distinct.into_iter().flat_map(|id| [workspace.into(), id.into()]).collect();
    let rows: Vec<Row> = tx.all_many(bare_text!("@rows@"), 2, values.clone()).await?;
    let best: Vec<BestRow> = tx.all_many(best_text!("@rows@"), 2, values).await?;
    let mut best: HashMap<ContactId, _> =
        best.into_iter().map(|(id, email, phone)| (id, (email, phone))).collect();
    let row = |row: Row| {
        let best = best.remove(&row.0).unwrap_or_default();
        Ok((row.0, of_row(row, best)?))
    };
    rows.into_iter().map(row).collect()
}

fn of_row(row: Row, best: (Option<String>, Option<String>)) -> Result<Record, DbError> {
    let (id, first, last, company, domain, title, profile, country, email, phone, at, details, ..) =
        row;
    let (marks, into, updated_at) = (row.12, row.13, row.14);
    let mut fields: BTreeMap<String, String> = read_json(&details)?;
    let plain = [first, last, company, title, profile, country];
    let rest = [
        (DOMAIN, domain),
        (EMAIL, email),
        (PHONE, phone),
        (COMPANY_ID, at.map(|id| id.simple().to_string())),
        (BEST_EMAIL, best.0),
        (BEST_PHONE, best.1),
    ];
    let all = PLAIN.into_iter().zip(plain.map(Some)).chain(rest);
    fields.extend(all.filter_map(|(word, value)| Some((word.to_owned(), value?))));
    fields.retain(|_word, value| !value.is_empty());
    let marks = split(&marks.unwrap_or_default()).collect();
    let (items, merged_into) = (Items::default(), into.map(ContactId::from));
    Ok(Record { id, fields, items, marks, merged_into, updated_at })
}

/// Writes the fields of a contact, of which these changed.
pub(crate) async fn write(
    tx: &mut Tx,
    workspace: WorkspaceId,
    record: &Record,
    changes: &Changes,
    now: Timestamp,
) -> Result<(), DbError> {
    let mut rest = record.fields.clone();
    let plain = PLAIN.map(|word| rest.remove(word).unwrap_or_default());
    let [first, last, company, title, profile, country] = plain;
    let company_id = rest.remove(COMPANY_ID).map(|text| read_id(&text)).transpose()?;
    let (domain, email, phone) = (rest.remove(DOMAIN), rest.remove(EMAIL), rest.remove(PHONE));
    let changed = [BEST_EMAIL, BEST_PHONE].map(|word| changes.contains_key(word));
    let [email_changed, phone_changed] = changed.map(i64::from);
    let best: [Value; 7] = [
        workspace.into(),
        record.id.into(),
        rest.remove(BEST_EMAIL).into(),
        rest.remove(BEST_PHONE).into(),
        now.into(),
        email_changed.into(),
        phone_changed.into(),
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
        record.updated_at.into(),
    ];
    tx.run(Stmt::text(WRITE, values)).await?;
    if changed.contains(&true) {
        tx.run(Stmt::text(WRITE_BEST, best)).await?;
    }
    Ok(())
}

/// Says which contact this one was found to be, none where it stands for itself; and what marks it has then.
pub(crate) async fn set_into(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ContactId,
    (into, marks): (Option<ContactId>, &[Mark]),
) -> Result<(), DbError> {
    let values = [workspace.into(), id.into(), into.into(), marks.concat().into()];
    tx.run(Stmt::text(INTO, values)).await.map(drop)
}

/// An id as it stands in a field.
pub(crate) fn read_id(text: &str) -> Result<Uuid, DbError> {
    Uuid::try_parse(text).map_err(|why| DbError::Decode(format!("{text:?} is no id: {why}")))
}
