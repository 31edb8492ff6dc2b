//! Marks of contacts that were made before marks counted e-mail, phone and company.

use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Tx};
use captely_platform::ids::{ContactId, Ids, WorkspaceId};

use super::Desk;
use super::companies::Companies;
use super::decide::Rule;
use super::people::{Reach, marks_of};
use crate::stored::as_row;
use crate::{NewContact, Policy, Upsert, barred, store};

const PAGE: u32 = 1_000;

/// Gives contacts that an older version made the marks by which they are known, once; later it is one statement.
///
/// Whoever only reads whom a list would meet, as a dry run does, calls it first; what changes contacts does it itself.
pub async fn mark_contacts(
    db: &Db,
    ids: &Ids,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<(), DbError> {
    if !store::remark::is_unmarked(&mut db.reader().await?, workspace).await? {
        return Ok(());
    }
    let mut tx = db.writer().await?;
    barred::lock(&mut tx, workspace).await?;
    remark(&mut tx, ids, workspace, now).await?;
    tx.commit().await
}

/// Gives the workspace's contacts of before their marks and companies, once; later it is one statement.
///
/// Two that the new marks show to be one stay two: the older has the mark.
pub(crate) async fn remark(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<(), DbError> {
    if !store::remark::is_unmarked(tx, workspace).await? {
        return Ok(());
    }
    let how = Upsert { policy: Policy::default(), ..Upsert::default() };
    let desk = Desk { ids: Some(ids), ledger: None, workspace, how: &how, now };
    let mut after = None;
    loop {
        let page = store::remark::page(tx, desk.workspace, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        mark(tx, &desk, &page).await?;
    }
    store::remark::marked(tx, desk.workspace).await
}

async fn mark(tx: &mut Tx, desk: &Desk<'_>, page: &[ContactId]) -> Result<(), DbError> {
    let mut stored = store::people::load(tx, desk.workspace, page).await?;
    stored.sort_unstable_by_key(|row| row.id);
    let rows = stored.iter().map(as_row).collect::<Result<Vec<NewContact>, DbError>>()?;
    let mut companies = Companies::of(tx, desk, &rows, &|_| None).await?;
    let marks = marks_of(&rows, &companies);
    let mut known = Reach::of(tx, desk.workspace, &marks, None).await?.found;
    let mut new = Vec::new();
    for (n, ((row, stored), marks)) in rows.iter().zip(&mut stored).zip(&marks).enumerate() {
        if let Some(place) = companies.of_row(n) {
            companies.take(place, row, &Rule::of(desk, row));
            stored.company_id = Some(companies.id(place).as_uuid());
        }
        let id = stored.id.as_uuid();
        for mark in marks.iter().flatten() {
            known.entry(*mark).or_insert_with(|| {
                stored.marks.extend(mark);
                new.push((*mark, id));
                id
            });
        }
    }
    companies.write(tx, desk).await?;
    store::people::save(tx, desk.workspace, Box::new(stored.into_iter())).await?;
    let Some(ids) = desk.ids else { return Ok(()) };
    store::keys::insert_contacts(tx, ids, desk.workspace, new, None).await
}
