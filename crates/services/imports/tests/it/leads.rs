//! Leads that come as JSON, from a program or the browser extension.

use std::collections::BTreeMap;

use captely_credits::{Gates, Policy as Plan};
use captely_crm::{OnMatch, Policy};
use captely_imports::{Lead, Leads, LeadsFrom, LeadsIn, Outcome};
use captely_platform::ids::UserId;
use captely_tabular::Role;
use captely_testkit::both_dbs;
use uuid::Uuid;

use crate::works::{Works, migrations};

fn lead(values: &[(Role, &str)]) -> Lead {
    let values: BTreeMap<Role, String> =
        values.iter().map(|(role, value)| (*role, (*value).to_owned())).collect();
    Lead { values, url: Some("https://example.com/team".to_owned()), content: None }
}

fn numbered(n: u32) -> Lead {
    let (name, email) = (format!("Asha Rao{n}"), format!("asha{n}@mills.example"));
    lead(&[(Role::FullName, &name), (Role::Email, &email)])
}

fn extension(session: &str) -> LeadsFrom {
    let page_url = "https://example.com/team".to_owned();
    LeadsFrom::Extension { session: session.to_owned(), page_url }
}

async fn bring(works: &Works, leads: Vec<Lead>, from: LeadsFrom) -> Result<LeadsIn, String> {
    let policy = Policy { usual: OnMatch::FillBlanks, ..Policy::default() };
    let input = Leads { leads, from, policy, tags: vec!["fair".to_owned()] };
    let mut tx = works.imports.db.writer().await.unwrap();
    let by = UserId::from(Uuid::from_u128(7));
    let done = works.imports.leads(&mut tx, works.workspace, by, input).await;
    let done = done.map_err(|why| why.to_string())?;
    tx.commit().await.unwrap();
    Ok(done)
}

both_dbs! {
    migrations = &migrations();

    async fn they_are_an_import_with_their_source(db) {
        let works = Works::new(&db);
        let leads = vec![
            lead(&[(Role::FullName, "Asha Rao"), (Role::Email, "asha@mills.example"), (Role::Title, "Buyer")]),
            lead(&[(Role::FullName, "Ravi Iyer"), (Role::Email, "ravi@")]),
            lead(&[(Role::Email, " ASHA@mills.example")]),
            lead(&[(Role::Title, "Clerk")]),
        ];
        let done = bring(&works, leads, extension("s")).await.unwrap();
        let outcomes: Vec<Outcome> = done.leads.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Created, Outcome::Created, Outcome::Merged, Outcome::Skipped]);
        assert_eq!(done.leads[0].contact, done.leads[2].contact);
        let problem = &done.leads[1].problems[0];
        assert_eq!((problem.column_name.as_str(), problem.value.as_str()), ("email", "ravi@"));
        assert_eq!(works.searches().await.len(), 1, "those whom they made are looked at for duplicates");
        let people = works.people().await.join("\n");
        for words in ["extension: https://example.com/team", "source_url"] {
            assert!(people.contains(words), "{words}: {people}");
        }
        let tags = works.count("SELECT COUNT(*) FROM contact_tag WHERE workspace_id = $1 AND tag = 'fair'").await;
        assert_eq!(tags, 2);
        works.ask(async |imports, tx| imports.undo(tx, works.workspace, done.import).await).await.unwrap();
        works.work().await;
        assert_eq!(works.people().await, Vec::<String>::new());
    }

    async fn who_is_there_already_is_not_searched_for_again(db) {
        let works = Works::new(&db);
        for _ in 0..2 {
            bring(&works, vec![numbered(1)], extension("s")).await.unwrap();
            works.clock.advance(std::time::Duration::from_hours(1));
        }
        assert_eq!(works.searches().await.len(), 1);
    }

    async fn a_session_of_the_extension_brings_150(db) {
        let works = Works::new(&db);
        bring(&works, (0..140).map(numbered).collect(), extension("one")).await.unwrap();
        let refused = bring(&works, (140..151).map(numbered).collect(), extension("one")).await.unwrap_err();
        assert_eq!(
            refused,
            "one session of the extension may bring 150 leads; 140 came before these 11"
        );
        bring(&works, (140..150).map(numbered).collect(), extension("one")).await.unwrap();
        bring(&works, (150..161).map(numbered).collect(), extension("two")).await.unwrap();
        let program = LeadsFrom::Program("API".to_owned());
        bring(&works, (200..400).map(numbered).collect(), program.clone()).await.unwrap();
        let refused = bring(&works, (0..1_001).map(numbered).collect(), program).await.unwrap_err();
        assert_eq!(refused, "there must be 1 to 1000 leads, and there are 1001");
    }

    async fn what_the_plan_has_no_room_for_is_left_out(db) {
        let gates = Gates { contacts_max: Some(2), ..Gates::default() };
        let works = Works::with(&db, Plan { gates, ..Plan::unlimited() });
        let done = bring(&works, (0..3).map(numbered).collect(), extension("one")).await.unwrap();
        let last = done.leads.last().unwrap();
        assert_eq!((last.outcome, last.contact), (Outcome::Skipped, None));
        assert_eq!(last.reason.as_deref(), Some("the plan has no room for more contacts"));
    }
}
