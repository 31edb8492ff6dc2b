//! Imports whose addresses are to be checked: left to whoever does that when they are done, and not before.

use std::collections::BTreeMap;
use std::time::Duration;

use captely_crm::Policy;
use captely_imports::{
    Lead, Leads, LeadsFrom, Start, VERIFY_IMPORT, Verified, checked, import_to_verify,
};
use captely_platform::clock::Clock as _;
use captely_platform::ids::{ImportId, UserId};
use captely_platform::jobs;
use captely_tabular::Role;
use captely_testkit::both_dbs;
use uuid::Uuid;

use crate::works::{Works, migrations};

const LIST: &str = "name,email\nAsha Rao,asha@mills.example\n";

fn start(verify: bool) -> Start {
    Start { verify, ..Start::default() }
}

/// The imports that were left to be checked since this was last asked.
async fn left(works: &Works) -> Vec<ImportId> {
    let (db, lease) = (&works.imports.db, Duration::from_hours(24));
    let now = works.clock.now();
    let claimed = jobs::claim(db, "checks", &[VERIFY_IMPORT], 10, lease, now).await.unwrap();
    claimed.iter().map(|job| import_to_verify(job).unwrap()).collect()
}

async fn shown(works: &Works, id: ImportId) -> Option<Verified> {
    let state = works.state(id).await;
    let mut tx = works.imports.db.reader().await.unwrap();
    let checked = checked(&mut tx, works.workspace, id).await.unwrap();
    checked.map(|checked| checked.shown(state))
}

async fn verify(works: &Works, id: ImportId) -> Result<(), String> {
    let asked = works.ask(async |imports, tx| imports.verify(tx, works.workspace, id).await).await;
    asked.map_err(|why| why.to_string())
}

both_dbs! {
    migrations = &migrations();

    async fn only_a_start_that_says_so_leaves_one_when_it_is_done(db) {
        let works = Works::new(&db);
        let plain = works.import(LIST, &start(false)).await;
        assert_eq!((left(&works).await, shown(&works, plain.id).await), (vec![], None));
        let id = works.ready("list.csv", LIST).await;
        works.start(id, &start(true)).await.unwrap();
        assert_eq!(shown(&works, id).await.unwrap().status, "waiting");
        assert_eq!(left(&works).await, [], "it is not done");
        works.work().await;
        assert_eq!(left(&works).await, [id]);
        verify(&works, id).await.unwrap();
        assert_eq!(left(&works).await, [], "it waits already");
        // One that is done is left at once.
        verify(&works, plain.id).await.unwrap();
        assert_eq!(left(&works).await, [plain.id]);
    }

    async fn leads_are_left_as_they_come(db) {
        let works = Works::new(&db);
        let values = BTreeMap::from([(Role::Email, "asha@mills.example".to_owned())]);
        let leads = Leads {
            leads: vec![Lead { values, url: None, content: None }],
            from: LeadsFrom::Program("API".to_owned()),
            policy: Policy::default(),
            tags: Vec::new(),
        };
        let by = UserId::from(Uuid::from_u128(7));
        let mut id = None;
        works.ask(async |imports, tx| {
            let done = imports.leads(tx, works.workspace, by, leads).await?;
            id = Some(done.import);
            imports.verify(tx, works.workspace, done.import).await
        }).await.unwrap();
        assert_eq!(left(&works).await, [id.unwrap()]);
    }

    async fn one_that_is_never_done_is_not_checked(db) {
        let works = Works::new(&db);
        let id = works.ready("list.csv", LIST).await;
        works.start(id, &start(true)).await.unwrap();
        works.ask(async |imports, tx| imports.cancel(tx, works.workspace, id).await).await.unwrap();
        works.work().await;
        assert_eq!(left(&works).await, []);
        let verified = shown(&works, id).await.unwrap();
        assert_eq!(
            (verified.status, verified.trouble.as_deref()),
            ("stopped", Some("the import is cancelled, and only one that is done is checked"))
        );
        assert_eq!(
            verify(&works, id).await.unwrap_err(),
            "the import is cancelled: the addresses of one that is done, or will be, can be checked"
        );
        assert_eq!(verify(&works, Uuid::from_u128(1).into()).await.unwrap_err(), "there is no such import");
    }
}
