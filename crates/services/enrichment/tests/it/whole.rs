//! A run from its start to its end, undisturbed.

use captely_contact::{Field, Timestamp, Usd};
use captely_crm::{Choices, MergePair, merge_contacts};
use captely_platform::db::Stmt;
use captely_platform::ids::{ContactId, WorkspaceId};
use captely_sandbox::{Conduct, Provider};
use captely_testkit::{assert_prepares, both_dbs, ids};
use captely_waterfall::Stop;
use uuid::Uuid;

use crate::ledger::{charged, charged_twice};
use crate::site::{Process, contacts, migrations, settings};
use crate::world::World;

const VALUES: &str = "SELECT contact_id, field, source, value, cost_micros, confidence, status \
    FROM contact_value WHERE workspace_id = $1";

/// Contact, field, source, value, cost, confidence, status.
type Kept = (Uuid, String, String, String, i64, i64, String);

both_dbs! {
    migrations = &migrations();

    async fn statements(db) {
        assert_prepares(&db, &captely_enrichment::statements()).await;
        assert_prepares(&db, &captely_crm::statements()).await;
    }

    async fn every_row_is_done_and_every_cent_is_the_ledgers(db) {
        let world = World::new(3, Conduct::at_once()).await;
        let process = Process::new(&db, world.doors(), "one");
        let import = process.import(&world.leads(0, 150)).await;
        let (run, summary) = process.enrich(&import, &settings()).await;
        let (look, calls) = (process.look(run).await, world.sandbox.calls());
        look.check_ended(150);
        assert_eq!((summary.contacts, summary.done, summary.in_doubt), (150, 150, 0));
        let charged = charged(&calls).plus(process.counted_to_be_safe().await);
        assert_eq!(summary.spent, charged, "to the micro-dollar");
        assert_eq!(summary.held, Usd::ZERO);
        assert_eq!(charged_twice(&calls), 0);
        assert_eq!((summary.provider_calls, summary.cached), (look.n_calls.unsigned_abs(), 0));
        let asked = |name: &str| {
            u64::try_from(look.attempts.iter().filter(|a| a.provider == name).count()).unwrap()
        };
        let lookups = |provider| calls.of(provider).lookups;
        assert_eq!(lookups(Provider::Hunter), asked("hunter"), "one call a question");
        for (provider, name) in [(Provider::Icypeas, "icypeas"), (Provider::Dropcontact, "dropcontact")] {
            assert!(lookups(provider) * 5 < asked(name), "{name}: questions share calls: {calls:?}");
        }
        assert!(look.attempts.iter().all(|a| a.state == "answered" || a.state == "failed"));
        let results = process.results(&import, run).await;
        assert_eq!(results.len(), 150);
        let found = results.iter().filter(|(_, r)| r.as_ref().unwrap().best.email.is_some());
        assert_eq!(u64::try_from(found.count()), Ok(summary.email_found));
        assert!(summary.email_found > 75, "{summary:?}");
    }

    async fn nothing_is_bought_for_who_was_merged(db) {
        let world = World::new(3, Conduct::at_once()).await;
        let process = Process::new(&db, world.doors(), "one");
        let import = process.import(&world.leads(0, 12)).await;
        let sql = "SELECT id FROM contact WHERE workspace_id = $1 ORDER BY id";
        let all: Vec<(ContactId,)> = db.all(Stmt::text(sql, [WorkspaceId::LOCAL.into()])).await.unwrap();
        let mut tx = db.writer().await.unwrap();
        for (kept, gone) in [(0, 1), (2, 0)] {
            let (kept, gone) = (all[kept].0, all[gone].0);
            let pair = MergePair { kept, gone, origin: None, choices: Choices::new() };
            merge_contacts(&mut tx, &ids(), None, WorkspaceId::LOCAL, &pair, Timestamp::micros(9)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let (run, summary) = process.enrich(&import, &settings()).await;
        assert_eq!((summary.contacts, summary.done), (10, 10));
        let look = process.look(run).await;
        let bought = |n: usize| look.attempts.iter().any(|a| a.contact == all[n].0.as_uuid());
        assert!(!bought(0) && !bought(1));
        let results = process.results(&import, run).await;
        assert_eq!(results.len(), 12);
        assert!(results.iter().all(|(_, result)| result.is_some()), "each row has what was found for its person");
    }

    async fn every_value_has_its_provenance(db) {
        let world = World::new(4, Conduct::at_once()).await;
        let mut doors = world.doors();
        doors.verify = true;
        let process = Process::new(&db, doors, "one");
        let import = process.import(&world.leads(0, 100)).await;
        let mut settings = settings();
        settings.policy.verify = true;
        settings.policy.wants = vec![Field::Email, Field::Phone];
        let (run, summary) = process.enrich(&import, &settings).await;
        let look = process.look(run).await;
        look.check_ended(100);
        let charged = charged(&world.sandbox.calls());
        assert_eq!(summary.spent, charged.plus(process.counted_to_be_safe().await));
        assert!(summary.email_verified > 30 && summary.phone_found > 0, "{summary:?}");

        let mut tx = db.reader().await.unwrap();
        let kept: Vec<Kept> =
            tx.all(Stmt::text(VALUES, [WorkspaceId::LOCAL.into()])).await.unwrap();
        drop(tx);
        let results = process.results(&import, run).await;
        let mut seen = 0;
        for (contact, (_, result)) in contacts(&results).into_iter().zip(&results) {
            let result = result.as_ref().unwrap();
            let find = |field: &str, value: &str| {
                kept.iter().find(|k| (k.0, &*k.1, &*k.3) == (contact.as_uuid(), field, value))
            };
            if let Some(email) = &result.best.email {
                let kept = find("email", email.email.as_str()).expect("the e-mail is kept");
                assert_eq!(kept.2, email.source);
                assert_eq!(kept.4, email.cost.as_micros());
                assert_eq!(kept.5, i64::from(email.confidence.as_percent()));
                assert_eq!(kept.6, email.status.as_str());
                seen += 1;
            }
            if let Some(phone) = &result.best.phone {
                let kept = find("phone", phone.phone.as_str()).expect("the phone is kept");
                assert_eq!((&kept.2, kept.4), (&phone.source, phone.cost.as_micros()));
                seen += 1;
            }
            assert!(!result.story.lines().is_empty(), "a row says why it went as it did");
            assert_ne!(result.stop, Stop::RunBudget);
        }
        assert_eq!(seen, summary.email_found + summary.phone_found);
        assert!(kept.iter().all(|k| !k.2.is_empty() && !k.3.is_empty()));
        let shown = "SELECT count(*) FROM contact_best WHERE workspace_id = $1 AND email IS NOT NULL";
        assert_eq!(process.count(shown).await.unsigned_abs(), summary.email_found);
        let events = "SELECT count(*) FROM event WHERE workspace_id = $1";
        assert_eq!(process.count(events).await, 101, "one a row, one for the run");
    }
}
