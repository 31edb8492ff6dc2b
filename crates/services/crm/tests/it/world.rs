//! Rows and workspaces of tests.

use std::collections::BTreeSet;
use std::sync::Arc;

use captely_contact::{Person, Timestamp};
use captely_crm::{
    Applied, NewContact, Policy, Remained, Stayed, Upsert, undo_changes, undo_companies,
    undo_created, unmerge_origin, upsert_contacts,
};
use captely_platform::db::{Db, Engine, Row, Stmt};
use captely_platform::ids::{ContactId, Ids, WorkspaceId};
use captely_testkit::{TestClock, TestDb, ids_at};
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
    let out = upsert_contacts(&mut tx, ids, None, workspace, rows, how, now).await.unwrap();
    tx.commit().await.unwrap();
    out
}

pub(crate) async fn all<T: Row>(db: &TestDb, sql: &'static str) -> Vec<T> {
    let mut tx = db.reader().await.unwrap();
    tx.all(Stmt::text(sql, [])).await.unwrap()
}

/// Every mark of a workspace's contacts, wherever it stands, with its owner; one that stands twice is twice here.
pub(crate) async fn marks(db: &Db, workspace: WorkspaceId) -> Vec<(Vec<u8>, Uuid)> {
    let mut tx = db.reader().await.unwrap();
    let sql = "SELECT mark, contact_id FROM contact_key WHERE workspace_id = $1";
    let mut marks: Vec<(Vec<u8>, Uuid)> =
        tx.all(Stmt::text(sql, [workspace.into()])).await.unwrap();
    let sql = "SELECT marks, owners FROM contact_key_page WHERE workspace_id = $1";
    let pages: Vec<(Vec<u8>, Vec<u8>)> = tx.all(Stmt::text(sql, [workspace.into()])).await.unwrap();
    for (page, owners) in pages {
        let owners = owners.chunks(16).map(|owner| Uuid::from_slice(owner).unwrap());
        marks.extend(page.chunks(16).map(<[u8]>::to_vec).zip(owners));
    }
    marks
}

/// The tables of this service but changes of imports, with what of them is compared: not versions, nor when somebody
/// did something.
const TABLES: [(&str, &[&str]); 11] = [
    (
        "contact",
        &[
            "id",
            "first_name",
            "last_name",
            "company",
            "domain",
            "title",
            "linkedin_url",
            "country",
            "original_email",
            "original_phone",
            "details",
            "company_id",
            "marks",
            "origin_id",
            "updated_at",
            "merged_into",
        ],
    ),
    ("company", &["id", "name", "domain", "details", "origin_id", "updated_at", "marks"]),
    ("company_key", &["mark", "company_id"]),
    ("contact_tag", &["contact_id", "tag", "origin_id"]),
    ("contact_consent", &["contact_id", "channel", "at", "stance", "evidence", "origin_id"]),
    ("contact_count", &["workspace_id", "contacts"]),
    ("contact_best", &["contact_id", "email", "phone"]),
    ("contact_value", &["contact_id", "field", "source", "value", "at"]),
    (
        "contact_merge",
        &["id", "kept_id", "gone_id", "before", "after", "joined", "marks", "undone_at"],
    ),
    ("duplicate_pair", &["a_id", "b_id", "explanation", "state", "merge_id"]),
    ("contact_barred", &["mark", "reason"]),
];

/// Everything of all workspaces (marks of contacts: of the local one), in a fixed order: ids and marks as hexadecimal digits.
pub(crate) async fn dump(db: &TestDb) -> Vec<String> {
    let mut tx = db.reader().await.unwrap();
    let mut out = Vec::new();
    for (table, columns) in TABLES {
        let columns = columns.iter().map(|column| as_text(tx.engine(), column));
        let columns = columns.collect::<Vec<_>>().join(" || ' ' || ");
        let sql = format!("SELECT {columns} FROM {table} WHERE workspace_id IS NOT NULL");
        let rows: Vec<(String,)> = tx.all(Stmt::owned(sql, [])).await.unwrap();
        out.extend(rows.into_iter().map(|(row,)| format!("{table} {row}")));
    }
    drop(tx);
    for (mark, owner) in marks(db, WS).await {
        let mark = u128::from_be_bytes(mark.try_into().unwrap());
        out.push(format!("contact_key {mark:032x} {}", owner.simple()));
    }
    out.sort();
    out
}

fn as_text(engine: Engine, column: &str) -> String {
    let is_id = column == "id" || column.ends_with("_id") || column == "merged_into";
    let is_bytes = matches!(column, "mark" | "marks");
    let text = match engine {
        Engine::Sqlite if is_id || is_bytes => format!("lower(hex({column}))"),
        Engine::Postgres if is_id => format!("replace(CAST({column} AS TEXT), '-', '')"),
        Engine::Sqlite | Engine::Postgres => format!("CAST({column} AS TEXT)"),
    };
    format!("COALESCE({text}, 'none')")
}

/// Waits until somebody in this database, which is PostgreSQL's, waits for a lock.
pub(crate) async fn somebody_waits(db: &Db) {
    let sql = "SELECT COUNT(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while db.one::<(i64,)>(Stmt::text(sql, [])).await.unwrap() == Some((0,)) {
        tokio::task::yield_now().await;
    }
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
    let new = ids_at(Arc::new(TestClock::default()), 77);
    let mut next = None;
    loop {
        let mut tx = db.writer().await.unwrap();
        let (at, now) =
            ((import(origin), next, u32::try_from(page).unwrap()), Timestamp::micros(50));
        let done = unmerge_origin(&mut tx, &new, None, WS, at, now);
        let done = done.await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(done.left, []);
        next = done.next;
        if next.is_none() {
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
