//! Records copied from one database into another.

use captely_platform::db::{DbError, Stmt, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};

use super::keys::{self, split};
use super::people::ContactRow;
use super::{barred, companies as company_store};
use crate::keys::Mark;
use crate::{CompanyId, Sieve};

captely_platform::statements! {
    pub(crate) fn statements;

    const COUNT_COPY: &str = "INSERT INTO contact_count (workspace_id, contacts) VALUES ($1, $2) \
        ON CONFLICT (workspace_id) DO NOTHING";
}

/// How many contacts there are, where the other does not know yet.
pub(crate) async fn count(
    from: &mut Tx,
    to: &mut Tx,
    workspace: WorkspaceId,
) -> Result<(), DbError> {
    let count = super::extras::count(from, workspace).await?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
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
    let rows = company_store::load(from, workspace, ids).await?;
    let marks = rows.iter().flat_map(|row| split(&row.marks).map(|mark| (mark, row.id.as_uuid())));
    let marks = marks.collect();
    company_store::copy(to, workspace, rows).await?;
    keys::copy_companies(to, workspace, marks).await
}

/// Contacts with their marks.
pub(crate) async fn contacts(
    to: &mut Tx,
    workspace: WorkspaceId,
    rows: Vec<ContactRow>,
    sieve: Option<&Sieve>,
) -> Result<(), DbError> {
    let marks = rows.iter().flat_map(|row| split(&row.marks).map(|mark| (mark, row.id.as_uuid())));
    let marks = marks.collect();
    super::people::copy(to, workspace, rows).await?;
    keys::copy_contacts(to, workspace, marks, sieve).await
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
