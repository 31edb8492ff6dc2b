//! Contacts as they are compared.

use std::collections::BTreeMap;

use captely_platform::db::{Db, DbError, Stmt};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use super::super::merges::read_json;
use crate::duplicates::{Compared, FIELDS};

captely_platform::statements! {
    pub(crate) fn statements;

    const PAGE: &str = "SELECT c.id, c.first_name, c.last_name, COALESCE(c.original_email, f.email),
            COALESCE(c.original_phone, f.phone), c.linkedin_url, c.company, c.domain, c.title, c.country, c.details
        FROM contact AS c
        LEFT JOIN contact_best AS f ON f.workspace_id = c.workspace_id AND f.contact_id = c.id
        WHERE c.workspace_id = $1 AND c.id > $2 AND c.merged_into IS NULL ORDER BY c.id LIMIT $3";
    /// The `CASE` keeps SQLite from walking all contacts of the workspace in the order of their ids.
    const OF_COMPANIES: &str = "SELECT c.id, c.first_name, c.last_name, COALESCE(c.original_email, f.email),
            COALESCE(c.original_phone, f.phone), c.linkedin_url, c.company, c.domain, c.title, c.country, c.details
        FROM contact AS c
        LEFT JOIN contact_best AS f ON f.workspace_id = c.workspace_id AND f.contact_id = c.id
        WHERE c.workspace_id = $1 AND c.merged_into IS NULL AND CASE WHEN 1 = 1 THEN c.id END <= $4 AND c.company_id IN (
            SELECT DISTINCT n.company_id FROM contact AS n WHERE n.workspace_id = $1 AND n.id > $2 AND n.id <= $3
            AND n.company_id IS NOT NULL AND n.merged_into IS NULL)
        ORDER BY CASE WHEN 1 = 1 THEN c.id END LIMIT $5";
    const COUNT: &str = "SELECT COUNT(*) FROM (SELECT id FROM contact
        WHERE workspace_id = $1 AND id > $2 AND merged_into IS NULL LIMIT $3) AS counted";
}

type Row = (
    Uuid,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    String,
    Option<String>,
    String,
    String,
    String,
);

/// The contacts behind this one that stand for themselves, in the order of their ids. Outside any transaction.
pub(crate) async fn page(
    db: &Db,
    workspace: WorkspaceId,
    after: ContactId,
    most: u32,
) -> Result<Vec<Compared>, DbError> {
    let stmt = Stmt::text(PAGE, [workspace.into(), after.into(), most.into()]);
    db.all::<Row>(stmt).await?.into_iter().map(compared).collect()
}

/// The older contacts, up to `old`, of the companies of those behind `from` up to `to`: the oldest `most`.
pub(crate) async fn of_companies(
    db: &Db,
    workspace: WorkspaceId,
    (from, to, old): (ContactId, ContactId, ContactId),
    most: u32,
) -> Result<Vec<Compared>, DbError> {
    let values = [workspace.into(), from.into(), to.into(), old.into(), most.into()];
    db.all::<Row>(Stmt::text(OF_COMPANIES, values)).await?.into_iter().map(compared).collect()
}

/// How many contacts behind this one stand for themselves; counting ends at `most`.
pub(crate) async fn count(
    db: &Db,
    workspace: WorkspaceId,
    after: ContactId,
    most: u32,
) -> Result<u32, DbError> {
    let stmt = Stmt::text(COUNT, [workspace.into(), after.into(), most.into()]);
    let row: Option<(i64,)> = db.one(stmt).await?;
    Ok(row.and_then(|(count,)| u32::try_from(count).ok()).unwrap_or_default())
}

fn compared(row: Row) -> Result<Compared, DbError> {
    let (id, first, last, email, phone, profile, company, domain, title, country, details) = row;
    let mut details: BTreeMap<String, String> = read_json(&details)?;
    let city = details.remove("city");
    let values: [String; FIELDS] = [
        first,
        last,
        email.unwrap_or_default(),
        phone.unwrap_or_default(),
        profile,
        company,
        domain.unwrap_or_default(),
        title,
        city.unwrap_or_default(),
        country,
    ];
    Ok(Compared { id: id.into(), values })
}
