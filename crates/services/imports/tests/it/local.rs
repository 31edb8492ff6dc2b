//! Files of this machine come in as a server's do: merges are told to the ledger, and duplicates are looked for at the
//! end as the workspace has set it.

use std::sync::Arc;

use captely_contact::Credits;
use captely_credits::{Action, GrantSource, Key, Ledger, NewGrant, Order, Policy as Plan, Purpose};
use captely_crm::{DuplicateSettings, Policy, Search, set_duplicate_settings};
use captely_imports::{Ask, LOCAL_SEARCHES, Start};
use captely_platform::db::{Db, Stmt};
use captely_platform::ids::WorkspaceId;
use captely_tabular::ReadOptions;
use captely_testkit::both_dbs;

use crate::desk::Desk;
use crate::works::{Works, migrations};

const HERE: WorkspaceId = WorkspaceId::LOCAL;
const TWO: &str = "Name,Email,LinkedIn\nAsha Rao,asha@mills.example,\n\
    A. Rao,,https://www.linkedin.com/in/asha-rao\n";
const BOTH: &str =
    "Name,Email,LinkedIn\nAsha Rao,asha@mills.example,https://www.linkedin.com/in/asha-rao\n";

async fn import(desk: &Desk, content: &str, policy: Policy) {
    let ask = Ask { policy, ..Ask::default() };
    let path = desk.file("list.csv", content);
    desk.importer.import_with(&path, ReadOptions::default(), ask, |_| ()).await.unwrap();
}

/// The searches that wait for whoever has imported a file of this machine.
async fn searches(db: &Db) -> Vec<Search> {
    let sql = "SELECT payload FROM job WHERE workspace_id = $1 AND group_id = $2 \
        AND queue = 'crm_find_duplicates.v1' ORDER BY id";
    let stmt = Stmt::text(sql, [HERE.into(), LOCAL_SEARCHES.into()]);
    let rows: Vec<(String,)> = db.all(stmt).await.unwrap();
    rows.iter().map(|(payload,)| serde_json::from_str(payload).unwrap()).collect()
}

async fn set(desk: &Desk, merge_same: bool) -> bool {
    let mut tx = desk.importer.db.writer().await.unwrap();
    let (to, now) = (DuplicateSettings { merge_same }, desk.importer.clock.now());
    let changed = set_duplicate_settings(&mut tx, HERE, to, now).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

both_dbs! {
    migrations = &migrations();

    async fn duplicates_of_whom_it_made_are_to_be_looked_for(db) {
        let desk = Desk::new(&db);
        import(&desk, TWO, Policy::default()).await;
        let asked = searches(&db).await;
        assert_eq!(asked.len(), 1);
        assert!(asked[0].after.is_some() && !asked[0].merge_same, "{asked:?}");
        import(&desk, BOTH, Policy::default()).await;
        assert_eq!(searches(&db).await.len(), 1, "it made nobody");
        desk.import("Name,Email\nEve Noor,eve@third.example\n").await;
        assert_eq!(searches(&db).await.len(), 1, "whoever looks people up wants only that");
    }

    async fn a_workspace_says_whether_they_are_merged(db) {
        let desk = Desk::new(&db);
        assert!(!set(&desk, false).await, "so it is where nothing was set");
        assert!(set(&desk, true).await);
        assert!(!set(&desk, true).await);
        import(&desk, TWO, Policy::default()).await;
        let works = Works::seeded(&db, Plan::unlimited(), 9);
        works.import("Name,Email\nEve Noor,eve@third.example\n", &Start::default()).await;
        assert!(set(&desk, false).await);
        works.import("Name,Email\nBo Li,bo@fourth.example\n", &Start::default()).await;
        let merge: Vec<bool> = works.searches().await.iter().map(|one| one.merge_same).collect();
        assert_eq!(merge, [true, true, false]);
    }

    async fn what_was_paid_for_twice_is_given_back(db) {
        let mut desk = Desk::new(&db);
        let (ids, clock) = (Arc::clone(&desk.importer.ids), Arc::clone(&desk.importer.clock));
        let plan = Plan { unlimited: false, ..Plan::unlimited() };
        let ledger = Ledger::new(db.clone(), ids, clock, plan);
        import(&desk, TWO, Policy::default()).await;
        let mut tx = db.writer().await.unwrap();
        let new = NewGrant {
            source: GrantSource::Package,
            amount: Credits::whole(10),
            priority: None,
            effective_at: None,
            expires_at: None,
            rollover: None,
            note: String::new(),
        };
        ledger.grant(&mut tx, HERE, &Key::new("grant"), &new).await.unwrap();
        let sql = "SELECT id FROM contact WHERE workspace_id = $1";
        let people: Vec<(uuid::Uuid,)> = tx.all(Stmt::text(sql, [HERE.into()])).await.unwrap();
        for (subject,) in people {
            let purpose = Purpose { subject: Some(subject), ..Purpose::default() };
            let (key, action) = (Key::new(subject.to_string()), Action::EmailReveal);
            let order = Order { key, action, quantity: 1, purpose, run_max: None };
            ledger.charge(&mut tx, HERE, &[order]).await.unwrap().remove(0).unwrap();
        }
        tx.commit().await.unwrap();
        let left = async || ledger.standing(HERE).await.unwrap().available.as_millis();
        let before = left().await;
        desk.importer.ledger = Some(ledger.clone());
        import(&desk, BOTH, Policy { merge_known: true, ..Policy::default() }).await;
        assert_eq!(left().await, before + 1_000);
    }
}
