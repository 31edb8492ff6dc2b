//! Providers that fail.

use std::time::Duration;

use captely_contact::Usd;
use captely_sandbox::{Conduct, Provider};
use captely_testkit::{TestDb, both_dbs};

use crate::ledger::{charged, charged_twice};
use crate::site::{Process, migrations, settings};
use crate::world::World;

const PROVIDERS: [&str; 4] = ["icypeas", "dropcontact", "hunter", "apollo"];

/// A run over providers that fail in `permille` of a thousand calls, with so many questions a call.
async fn faulty(db: &TestDb, permille: u32, per_call: Option<usize>) {
    let mut conduct = Conduct::at_once().with_faults(permille);
    for provider in Provider::FINDERS {
        conduct.providers.of_mut(provider).faults.hold_ms = 1_500;
    }
    let world = World::new(7, conduct).await;
    let mut doors = world.doors();
    doors.timeout = Duration::from_secs(1);
    doors.per_call = per_call;
    let process = Process::new(db, doors, "one");
    let import = process.import(&world.leads(0, 80)).await;
    let (run, summary) = process.enrich(&import, &settings()).await;
    let (look, calls) = (process.look(run).await, world.sandbox.calls());
    look.check_ended(80);
    let faults: u64 = Provider::FINDERS.iter().flat_map(|p| calls.of(*p).faults.values()).sum();
    assert!(faults > 5, "{calls:?}");
    assert!(charged(&calls) <= look.spent, "{} > {}", charged(&calls), look.spent);
    assert!(charged_twice(&calls) <= summary.in_doubt, "{calls:?}");
    assert_eq!(calls.icypeas.charged_twice, 0, "{:?}", calls.icypeas.charged_twice_for);
    assert!(summary.email_found > 40, "{summary:?}");
}

both_dbs! {
    migrations = &migrations();

    async fn faults_lose_nothing_and_doubts_are_counted(db) {
        faulty(&db, 100, Some(1)).await;
    }

    async fn faults_of_calls_that_many_share_lose_nothing_either(db) {
        faulty(&db, 300, None).await;
    }

    async fn who_has_no_credits_or_a_bad_key_drops_out_with_one_note(db) {
        let mut conduct = Conduct::at_once();
        conduct.providers.icypeas.credits_millis = Some(3_000);
        conduct.providers.dropcontact.credits_millis = Some(5_000);
        let world = World::new(2, conduct).await;
        let mut doors = world.doors();
        let hunter = doors.providers.iter_mut().find(|(p, _)| *p == Provider::Hunter).unwrap();
        hunter.1.key = "wrong".to_owned();
        let process = Process::new(&db, doors, "one");
        let import = process.import(&world.leads(0, 80)).await;
        let (run, summary) = process.enrich(&import, &settings()).await;
        let (look, calls) = (process.look(run).await, world.sandbox.calls());
        look.check_ended(80);
        let notes = process.stopper.notes();
        for (title, times) in [("Icypeas", 1), ("Dropcontact", 1), ("Hunter", 1), ("Apollo", 0)] {
            let own = notes.iter().filter(|note| note.starts_with(title)).count();
            assert_eq!(own, times, "{title}: {notes:?}");
        }
        let paid = |name: &str| -> Usd {
            look.attempts.iter().filter(|a| a.provider == name).map(|a| a.cost).sum()
        };
        for (name, provider) in PROVIDERS.into_iter().zip(Provider::FINDERS) {
            let safe = if name == "dropcontact" {
                process.counted_to_be_safe().await
            } else {
                Usd::ZERO
            };
            assert_eq!(paid(name), calls.of(provider).charged_usd.plus(safe), "{name}");
        }
        assert!(paid("icypeas") == Usd::micros(36_000), "its last credit is used");
        assert_eq!((paid("hunter"), summary.in_doubt), (Usd::ZERO, 0));
        assert!(paid("apollo") > Usd::ZERO && summary.email_found > 20, "{summary:?}");
    }

    async fn one_bad_question_spoils_its_call_for_nobody_else(db) {
        let world = World::new(8, Conduct::at_once()).await;
        let doors = world.doors().only(&[Provider::Icypeas]);
        let process = Process::new(&db, doors, "one");
        let list = world.leads(0, 30) + "Ann,Other,!!!,,,FR,31\nBob,Other,!!!,,,FR,32\n";
        let import = process.import(&list).await;
        let (run, summary) = process.enrich(&import, &settings()).await;
        let (look, calls) = (process.look(run).await, world.sandbox.calls());
        look.check_ended(32);
        assert_eq!(summary.spent, charged(&calls));
        let of = |state: &str| look.attempts.iter().filter(|a| a.state == state).count();
        assert_eq!(of("answered"), 30, "{calls:?}");
        // the first question of all may have had a call of its own; the others were refused together
        assert!(of("failed") > 30, "{} failed", of("failed"));
        assert!(summary.email_found > 5, "{summary:?}");
    }
}
