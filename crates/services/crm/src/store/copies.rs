//! Records copied from one database into another.

use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};

use super::keys::{self, Keys, split};
use super::people::ContactRow;
use super::{barred, companies as company_store};
use crate::CompanyId;
use crate::keys::Mark;

const CONTACT: &str = "INSERT INTO contact (workspace_id, id, first_name, last_name, company, domain, title, \
    linkedin_url, country, original_email, original_phone, details, company_id, marks, origin_id, created_at, \
    updated_at, merged_into)";
const COMPANY: &str = "INSERT INTO company (workspace_id, id, name, domain, details, marks, origin_id, version, \
    created_at, updated_at)";
const SAME: &str = "ON CONFLICT (workspace_id, id) DO NOTHING";

captely_platform::statements! {
    pub(crate) fn statements;

    const COUNT: &str = "SELECT contacts FROM contact_count WHERE workspace_id = $1";
    const COUNT_COPY: &str = "INSERT INTO contact_count (workspace_id, contacts) VALUES ($1, $2) \
        ON CONFLICT (workspace_id) DO NOTHING";
}

/// How many contacts there are, where the other does not know yet.
pub(crate) async fn count(
    from: &mut Tx,
    to: &mut Tx,
    workspace: WorkspaceId,
) -> Result<(), DbError> {
    let row: Option<(i64,)> = from.one(Stmt::text(COUNT, [workspace.into()])).await?;
    let count = row.map_or(0, |(count,)| count);
    to.run(Stmt::text(COUNT_COPY, [workspace.into(), count.into()])).await.map(drop)
}

/// Bars.
pub(crate) async fn bars(
    from: &mut Tx,
    to: &mut Tx,
    workspace: WorkspaceId,
    marks: Vec<Mark>,
) -> Result<(), DbError> {
    for (mark, reason) in barred::find(from, workspace, marks).await? {
        let now = captely_contact::Timestamp::micros(0);
        barred::insert(to, workspace, &[mark], &reason, now).await?;
    }
    Ok(())
}

/// Companies with their marks.
pub(crate) async fn companies(
    from: &mut Tx,
    to: &mut Tx,
    workspace: WorkspaceId,
    ids: &[CompanyId],
) -> Result<(), DbError> {
    let (mut values, mut marks) = (Vec::new(), Vec::new());
    for company in company_store::load(from, workspace, ids).await? {
        let id = company.id.as_uuid();
        marks.extend(split(&company.marks).map(|mark| (mark, id)));
        let row: [Value; 10] = [
            workspace.into(),
            id.into(),
            company.name.into(),
            company.domain.into(),
            company.details.into(),
            company.marks.into(),
            company.origin.into(),
            1_i64.into(),
            company.updated_at.into(),
            company.updated_at.into(),
        ];
        values.extend(row);
    }
    to.insert_many(COMPANY, 10, values, SAME).await?;
    keys::copy(to, workspace, Keys::Companies, marks).await
}

/// Contacts with their marks.
pub(crate) async fn contacts(
    to: &mut Tx,
    workspace: WorkspaceId,
    rows: Vec<ContactRow>,
) -> Result<(), DbError> {
    let (mut values, mut marks) = (Vec::new(), Vec::new());
    for row in rows {
        let id = row.id.as_uuid();
        marks.extend(split(&row.marks).map(|mark| (mark, id)));
        let rest: [Value; 4] = [
            row.origin.into(),
            row.updated_at.into(),
            row.updated_at.into(),
            row.merged_into.into(),
        ];
        super::people::push(&mut values, workspace, row);
        values.extend(rest);
    }
    to.insert_many(CONTACT, 18, values, SAME).await?;
    keys::copy(to, workspace, Keys::Contacts, marks).await
}

/// Tags and consents of contacts.
pub(crate) async fn extras(
    from: &mut Tx,
    to: &mut Tx,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<(), DbError> {
    let tags = super::cards::tags(from, workspace, contacts).await?;
    super::extras::add_tags(to, workspace, tags.into_iter()).await?;
    let consents = super::cards::consents(from, workspace, contacts).await?;
    super::extras::add_consents(to, workspace, consents.into_iter()).await
}
