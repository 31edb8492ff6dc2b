//! Contacts as rows, and short words for what tests do with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use captely_contact::Timestamp;
use captely_credits::{Ledger, Policy};
use captely_crm::{
    Choices, MergeError, MergeId, MergePair, Unmerged, merge_contacts, unmerge_contacts,
};
use captely_platform::db::{Db, Migration, Stmt, Value};
use captely_platform::ids::{ContactId, Ids, WorkspaceId};
use captely_testkit::{TestClock, ids_at};
use uuid::Uuid;

/// The tables that merging needs.
pub(crate) fn migrations() -> Vec<Migration> {
    [
        captely_platform::MIGRATIONS,
        captely_accounts::MIGRATIONS,
        captely_credits::MIGRATIONS,
        captely_crm::MIGRATIONS,
    ]
    .concat()
}

pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) ids: Ids,
    pub(crate) ledger: Ledger,
    pub(crate) workspace: WorkspaceId,
}

pub(crate) fn con(n: u128) -> ContactId {
    ContactId::from(Uuid::from_u128(n))
}

/// The mark of this number of a contact.
fn mark(id: ContactId, n: usize) -> Vec<u8> {
    let bytes = id.as_uuid().into_bytes();
    [&bytes[1..], &[u8::try_from(n).unwrap()]].concat()
}

/// How new a contact is when it is added: some are newer than older ones.
fn age(id: ContactId) -> i64 {
    1 + i64::try_from(id.as_uuid().as_u128() * 3 % 7).unwrap()
}

/// A contact with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Picture {
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) tags: BTreeSet<String>,
    pub(crate) consents: BTreeSet<(String, i64, String)>,
    pub(crate) values: BTreeSet<(String, String, i64)>,
    pub(crate) marks: BTreeSet<Vec<u8>>,
    pub(crate) into: Option<ContactId>,
    pub(crate) updated_at: i64,
}

/// First name, company, domain, details, marks, whom it went into and how new it is.
type Row = (String, String, Option<String>, String, Vec<u8>, Option<Uuid>, i64);

impl Desk {
    pub(crate) fn new(db: &Db, seed: u64) -> Self {
        let clock = Arc::new(TestClock::default());
        let ids = || ids_at(Arc::<TestClock>::clone(&clock), seed);
        let policy = Policy { unlimited: false, ..Policy::unlimited() };
        let ledger =
            Ledger::new(db.clone(), Arc::new(ids()), Arc::<TestClock>::clone(&clock), policy);
        Self { db: db.clone(), ids: ids(), ledger, workspace: WorkspaceId::LOCAL }
    }

    pub(crate) async fn run(&self, sql: &'static str, values: Vec<Value>) {
        let mut tx = self.db.writer().await.unwrap();
        let values: Vec<Value> = [vec![self.workspace.into()], values].concat();
        tx.run(Stmt::text(sql, values)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Counts from nothing.
    pub(crate) async fn open(&self) {
        self.run("INSERT INTO contact_count (workspace_id, contacts) VALUES ($1, 0)", vec![]).await;
    }

    /// Adds a contact: `first_name`, `company` and `domain`, and details; with as many marks as it has fields.
    pub(crate) async fn add(&self, id: ContactId, fields: &[(&str, &str)]) {
        let of = |word: &str| {
            fields.iter().find(|(name, _)| *name == word).map(|(_, value)| (*value).to_owned())
        };
        let columns = ["first_name", "company", "domain"];
        let details: BTreeMap<_, _> =
            fields.iter().filter(|(word, _)| !columns.contains(word)).copied().collect();
        let details = serde_json::to_string(&details).unwrap();
        let (first, company) =
            (of("first_name").unwrap_or_default(), of("company").unwrap_or_default());
        let marks: Vec<Vec<u8>> = (0..fields.len()).map(|n| mark(id, n)).collect();
        let values = vec![
            id.into(),
            first.into(),
            company.into(),
            of("domain").into(),
            details.into(),
            marks.concat().into(),
            age(id).into(),
        ];
        self.run(
            "INSERT INTO contact (workspace_id, id, first_name, last_name, company, domain, title, linkedin_url,
                country, details, marks, created_at, updated_at) VALUES ($1, $2, $3, '', $4, $5, '', '', '', $6, $7, 1, $8)",
            values,
        )
        .await;
        let in_pages = id.as_uuid().as_u128() % 2 == 1;
        if in_pages && !marks.is_empty() {
            let sql =
                "INSERT INTO contact_key_run (workspace_id, run_id, n_marks) VALUES ($1, $2, 1)";
            self.run(sql, vec![id.into()]).await;
        }
        for mark in marks {
            let sql = if in_pages {
                "INSERT INTO contact_key_page (workspace_id, run_id, first_mark, marks, owners)
                    VALUES ($1, $3, $2, $2, $4)"
            } else {
                "INSERT INTO contact_key (workspace_id, mark, contact_id) VALUES ($1, $2, $3)"
            };
            let owner: Vec<Value> =
                if in_pages { vec![id.as_uuid().as_bytes().to_vec().into()] } else { vec![] };
            self.run(sql, [vec![mark.into(), id.into()], owner].concat()).await;
        }
        self.run(
            "UPDATE contact_count SET contacts = contacts + 1 WHERE workspace_id = $1",
            vec![],
        )
        .await;
    }

    pub(crate) async fn tag(&self, id: ContactId, tag: &str) {
        let sql = "INSERT INTO contact_tag (workspace_id, contact_id, tag, origin_id) VALUES ($1, $2, $3, $1)
            ON CONFLICT DO NOTHING";
        self.run(sql, vec![id.into(), tag.into()]).await;
    }

    pub(crate) async fn say(&self, id: ContactId, at: i64, stance: &str) {
        let sql =
            "INSERT INTO contact_consent (workspace_id, contact_id, channel, at, stance, evidence,
            origin_id) VALUES ($1, $2, 'email', $3, $4, 'the column says so', $1) ON CONFLICT DO NOTHING";
        self.run(sql, vec![id.into(), at.into(), stance.into()]).await;
    }

    pub(crate) async fn find(&self, id: ContactId, source: &str, at: i64) {
        let sql = "INSERT INTO contact_value (workspace_id, contact_id, field, source, value, at, cost_micros,
            confidence, status, verification) VALUES ($1, $2, 'email', $3, 'a@mills.example', $4, 1, 90, 'valid', '')
            ON CONFLICT DO NOTHING";
        self.run(sql, vec![id.into(), source.into(), at.into()]).await;
        let sql = "INSERT INTO contact_best (workspace_id, contact_id, email, updated_at)
            VALUES ($1, $2, $3, $4) ON CONFLICT (workspace_id, contact_id) DO UPDATE SET email = excluded.email";
        let best = format!("{source}@mills.example");
        self.run(sql, vec![id.into(), best.into(), at.into()]).await;
    }

    pub(crate) async fn edit(&self, id: ContactId, first: &str) {
        let sql = "UPDATE contact SET first_name = $3 WHERE workspace_id = $1 AND id = $2";
        self.run(sql, vec![id.into(), first.into()]).await;
    }

    pub(crate) async fn merge(
        &self,
        kept: ContactId,
        gone: ContactId,
    ) -> Result<MergeId, MergeError> {
        self.merge_by(kept, gone, Choices::new(), None).await
    }

    pub(crate) async fn merge_by(
        &self,
        kept: ContactId,
        gone: ContactId,
        choices: Choices,
        origin: Option<Uuid>,
    ) -> Result<MergeId, MergeError> {
        let pair = MergePair { kept, gone, origin, choices };
        let (mut tx, now) = (self.db.writer().await.unwrap(), Timestamp::micros(5));
        let ledger = Some(&self.ledger);
        let done = merge_contacts(&mut tx, &self.ids, ledger, self.workspace, &pair, now).await?;
        tx.commit().await?;
        Ok(done)
    }

    pub(crate) async fn unmerge(&self, merge: MergeId) -> Result<Unmerged, MergeError> {
        let (mut tx, now) = (self.db.writer().await.unwrap(), Timestamp::micros(6));
        let ledger = Some(&self.ledger);
        let done = unmerge_contacts(&mut tx, &self.ids, ledger, self.workspace, merge, now).await?;
        tx.commit().await?;
        Ok(done)
    }

    pub(crate) async fn count(&self) -> i64 {
        let sql = "SELECT contacts FROM contact_count WHERE workspace_id = $1";
        let row: Option<(i64,)> =
            self.db.one(Stmt::text(sql, [self.workspace.into()])).await.unwrap();
        row.unwrap().0
    }

    pub(crate) async fn picture(&self, id: ContactId) -> Picture {
        let of = |sql| Stmt::text(sql, [self.workspace.into(), id.into()]);
        let sql = "SELECT first_name, company, domain, details, marks, merged_into, updated_at FROM contact
            WHERE workspace_id = $1 AND id = $2";
        let row: Option<Row> = self.db.one(of(sql)).await.unwrap();
        let (first, company, domain, details, own, into, updated_at) = row.unwrap();
        let sql = "SELECT email FROM contact_best WHERE workspace_id = $1 AND contact_id = $2";
        let best: Option<(Option<String>,)> = self.db.one(of(sql)).await.unwrap();
        let mut fields: BTreeMap<String, String> = serde_json::from_str(&details).unwrap();
        let rest = [
            ("first_name", Some(first)),
            ("company", Some(company)),
            ("domain", domain),
            ("found_email", best.and_then(|(email,)| email)),
        ];
        fields.extend(rest.into_iter().filter_map(|(word, value)| Some((word.to_owned(), value?))));
        fields.retain(|_, value| !value.is_empty());
        let sql = "SELECT tag FROM contact_tag WHERE workspace_id = $1 AND contact_id = $2";
        let tags: Vec<(String,)> = self.db.all(of(sql)).await.unwrap();
        let sql = "SELECT channel, at, stance FROM contact_consent
            WHERE workspace_id = $1 AND contact_id = $2";
        let consents = self.db.all(of(sql)).await.unwrap();
        let sql = "SELECT field, source, at FROM contact_value WHERE workspace_id = $1 AND contact_id = $2";
        let values = self.db.all(of(sql)).await.unwrap();
        let marks: BTreeSet<Vec<u8>> = crate::world::marks(&self.db, self.workspace)
            .await
            .into_iter()
            .filter_map(|(mark, owner)| (owner == id.as_uuid()).then_some(mark))
            .collect();
        let own: BTreeSet<Vec<u8>> = own.chunks(16).map(<[u8]>::to_vec).collect();
        assert_eq!(own, marks, "the marks in the contact's row are those that lead to it");
        Picture {
            fields,
            tags: tags.into_iter().map(|(tag,)| tag).collect(),
            consents: consents.into_iter().collect(),
            values: values.into_iter().collect(),
            marks,
            into: into.map(ContactId::from),
            updated_at,
        }
    }
}
