//! Rows and workspaces of tests.

use std::collections::BTreeSet;

use captely_contact::{Person, Timestamp};
use captely_crm::{
    Applied, NewContact, Policy, Remained, Stayed, Upsert, undo_changes, undo_companies,
    undo_created, upsert_contacts,
};
use captely_platform::db::{Row, Stmt};
use captely_platform::ids::{ContactId, Ids, WorkspaceId};
use captely_testkit::TestDb;
use uuid::Uuid;

pub(crate) const WS: WorkspaceId = WorkspaceId::LOCAL;

/// An import.
pub(crate) fn import(n: u128) -> Uuid {
    Uuid::from_u128(0x1_0000 + n)
}

/// `word=value` for each word of a field; `tag=` may stand several times.
pub(crate) fn row(words: &[&str]) -> NewContact {
    let mut out = NewContact::default();
    let Person { first_name, last_name, company, domain, title, linkedin_url, country } =
        &mut out.person;
    for word in words {
        let (word, value) = word.split_once('=').unwrap();
        let text = value.to_owned();
        match word {
            "first_name" => *first_name = text,
            "last_name" => *last_name = text,
            "company" => *company = text,
            "domain" => *domain = value.parse().ok(),
            "title" => *title = text,
            "linkedin_url" => *linkedin_url = text,
            "country" => *country = text,
            "email" => out.email = value.parse().ok(),
            "phone" => out.phone = Some(text),
            "tag" => out.tags.push(text),
            "as_of" => out.as_of = Some(Timestamp::micros(value.parse().unwrap())),
            _ => match word.strip_prefix("company.") {
                Some(word) => {
                    let company = out.company.get_or_insert_default();
                    company.details.insert(word.parse().unwrap(), text);
                }
                None => {
                    out.details.insert(word.parse().unwrap(), text);
                }
            },
        }
    }
    out
}

/// An import without limits.
pub(crate) fn by(origin: u128, policy: Policy) -> Upsert {
    Upsert { origin: Some(import(origin)), policy, ..Upsert::default() }
}

pub(crate) async fn upsert(
    db: &TestDb,
    ids: &Ids,
    workspace: WorkspaceId,
    rows: &[NewContact],
    how: &Upsert,
    now: i64,
) -> Vec<Applied> {
    let mut tx = db.writer().await.unwrap();
    let now = Timestamp::micros(now);
    let out = upsert_contacts(&mut tx, ids, workspace, rows, how, now).await.unwrap();
    tx.commit().await.unwrap();
    out
}

pub(crate) async fn all<T: Row>(db: &TestDb, sql: &'static str) -> Vec<T> {
    let mut tx = db.reader().await.unwrap();
    tx.all(Stmt::text(sql, [])).await.unwrap()
}

#[expect(clippy::type_complexity, reason = "rows as they stand")]
/// Everything of all workspaces but versions and changes of imports, in a fixed order.
pub(crate) async fn dump(db: &TestDb) -> Vec<String> {
    let mut out = Vec::new();
    let rows: Vec<(Uuid, String, String, String, Option<String>, String, String, String)> = all(
        db,
        "SELECT id, first_name, last_name, company, domain, title, linkedin_url, country FROM contact
        WHERE workspace_id IS NOT NULL",
    )
    .await;
    out.extend(rows.iter().map(|row| format!("contact {row:?}")));
    let rows: Vec<(Uuid, Option<String>, Option<String>, String, Option<Uuid>, Option<Vec<u8>>, Option<Uuid>, i64, Option<Uuid>)> = all(
        db,
        "SELECT id, original_email, original_phone, details, company_id, marks, origin_id, updated_at, merged_into
        FROM contact WHERE workspace_id IS NOT NULL",
    )
    .await;
    out.extend(rows.iter().map(|row| format!("contact too {row:?}")));
    let rows: Vec<(Uuid, String, Option<String>, String, Option<Uuid>, i64, Vec<u8>)> =
        all(db, "SELECT id, name, domain, details, origin_id, updated_at, marks FROM company WHERE workspace_id IS NOT NULL").await;
    out.extend(rows.iter().map(|row| format!("company {row:?}")));
    let rows: Vec<(Vec<u8>, Uuid)> =
        all(db, "SELECT mark, contact_id FROM contact_key WHERE workspace_id IS NOT NULL").await;
    out.extend(rows.iter().map(|row| format!("contact key {row:?}")));
    let rows: Vec<(Vec<u8>, Uuid)> =
        all(db, "SELECT mark, company_id FROM company_key WHERE workspace_id IS NOT NULL").await;
    out.extend(rows.iter().map(|row| format!("company key {row:?}")));
    let rows: Vec<(Uuid, String, Uuid)> = all(
        db,
        "SELECT contact_id, tag, origin_id FROM contact_tag WHERE workspace_id IS NOT NULL",
    )
    .await;
    out.extend(rows.iter().map(|row| format!("tag {row:?}")));
    let rows: Vec<(Uuid, String, i64, String, String, Uuid)> =
        all(db, "SELECT contact_id, channel, at, stance, evidence, origin_id FROM contact_consent WHERE workspace_id IS NOT NULL").await;
    out.extend(rows.iter().map(|row| format!("consent {row:?}")));
    let rows: Vec<(Uuid, i64)> = all(db, "SELECT workspace_id, contacts FROM contact_count").await;
    out.extend(rows.iter().map(|row| format!("count {row:?}")));
    out.sort();
    out
}

/// Takes a whole import back, in pages of `page`: fields that stayed, contacts that stayed.
pub(crate) async fn undo(
    db: &TestDb,
    origin: u128,
    ids: &[ContactId],
    page: usize,
) -> (Vec<Stayed>, Vec<Remained>) {
    let (mut stayed, mut remained) = (Vec::new(), Vec::new());
    loop {
        let mut tx = db.writer().await.unwrap();
        let done =
            undo_changes(&mut tx, WS, import(origin), u32::try_from(page).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        stayed.extend(done.stayed);
        if done.changes < page {
            break;
        }
    }
    for ids in ids.chunks(page) {
        // A page that was rolled back, as by a kill, and one that is done twice.
        for commit in [false, true, true] {
            let mut tx = db.writer().await.unwrap();
            let done =
                undo_created(&mut tx, WS, import(origin), ids, &BTreeSet::new()).await.unwrap();
            if commit {
                tx.commit().await.unwrap();
                remained.extend(done.remained);
            }
        }
    }
    remained.sort_unstable();
    remained.dedup();
    let mut after = None;
    loop {
        let mut tx = db.writer().await.unwrap();
        let done = undo_companies(&mut tx, WS, import(origin), after).await.unwrap();
        tx.commit().await.unwrap();
        after = done.next;
        if after.is_none() {
            return (stayed, remained);
        }
    }
}
