//! Credits of runs: set aside before a row is walked, spent for what is delivered, once.

use captely_contact::{Credits, Field, Usd};
use captely_credits::{Action, By, Cost, Gates, GrantSource, Key, NewGrant, Period, Policy};
use captely_sandbox::Conduct;
use captely_testkit::both_dbs;
use captely_waterfall::Stop;

use crate::site::{Process, migrations, settings};
use crate::world::World;

/// Gives a workspace so many credits, and none beside them.
pub(crate) async fn give(process: &Process, credits: i64) {
    let ledger = process.ledger();
    let mut tx = process.db.writer().await.unwrap();
    let policy = Policy { unlimited: false, ..Policy::unlimited() };
    ledger.set_policy(&mut tx, process.workspace, &policy).await.unwrap();
    let grant = NewGrant {
        source: GrantSource::Package,
        amount: Credits::whole(credits),
        priority: None,
        effective_at: None,
        expires_at: None,
        rollover: None,
        note: String::new(),
    };
    let key = Key::new(format!("given {credits}"));
    ledger.grant(&mut tx, process.workspace, &key, &grant).await.unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    migrations = &migrations();

    async fn each_address_delivered_is_paid_for_once(db) {
        let world = World::new(5, Conduct::at_once()).await;
        let process = Process::new(&db, world.doors(), "one");
        give(&process, 1_000).await;
        let import = process.import(&world.leads(0, 60)).await;
        let (run, summary) = process.enrich(&import, &settings()).await;
        process.look(run).await.check_ended(60);
        let ledger = process.ledger();
        let found = i64::try_from(summary.email_found).unwrap();
        assert!(found > 10, "{found} found");
        let standing = ledger.standing(process.workspace).await.unwrap();
        assert_eq!(standing.spent, Credits::whole(found));
        let mut tx = db.reader().await.unwrap();
        let of_run = ledger.used_by_run(&mut tx, process.workspace, run).await.unwrap();
        drop(tx);
        assert_eq!(of_run, standing.spent);
        let today = Period::of_days(None, None, process.clock.now()).unwrap();
        let by_provider = ledger.usage(process.workspace, By::Provider, today).await;
        let by_provider = by_provider.unwrap();
        let costs: Vec<Cost> = by_provider.lines.iter().filter_map(|line| line.cost).collect();
        let usd: Usd = costs.iter().map(|cost| cost.usd).sum();
        let delivered: u64 = costs.iter().map(|cost| cost.delivered).sum();
        assert_eq!((usd, delivered), (summary.spent, summary.email_found));
        // Another run over the same people finds the same and costs nothing.
        let other = captely_enrichment::RunSettings { cache_days: 0, ..settings() };
        let import = process.import(&world.leads(0, 61)).await;
        let (run, again) = process.enrich(&import, &other).await;
        process.look(run).await.check_ended(61);
        let after = ledger.standing(process.workspace).await.unwrap();
        let new = i64::try_from(again.email_found).unwrap() - found;
        assert!(after.spent <= Credits::whole(found + new.max(0) + 1), "{again:?}");
    }

    async fn whom_there_are_no_credits_for_nobody_looks_for(db) {
        let world = World::new(6, Conduct::at_once()).await;
        let process = Process::new(&db, world.doors(), "one");
        give(&process, 7).await;
        let import = process.import(&world.leads(0, 40)).await;
        let (run, summary) = process.enrich(&import, &settings()).await;
        let look = process.look(run).await;
        look.check_ended(40);
        let standing = process.ledger().standing(process.workspace).await.unwrap();
        let found = i64::try_from(summary.email_found).unwrap();
        assert_eq!(standing.spent, Credits::whole(found));
        let results = process.results(&import, run).await;
        let short = results.iter().filter(|r| r.1.as_ref().unwrap().stop == Stop::Credits).count();
        assert!(short >= 33, "{short} rows were told");
        let asked: std::collections::HashSet<_> = look.attempts.iter().map(|a| a.contact).collect();
        assert!(asked.len() <= 7, "{} people were asked about", asked.len());
    }

    async fn what_the_plan_does_not_have_is_neither_asked_for_nor_delivered(db) {
        let world = World::new(8, Conduct::at_once()).await;
        let process = Process::new(&db, world.doors(), "one");
        let mut tx = db.writer().await.unwrap();
        let gates = Gates {
            actions: Some([Action::EmailReveal].into()),
            providers: Some(["dropcontact".to_owned()].into()),
            ..Gates::default()
        };
        let policy = Policy { gates, ..Policy::unlimited() };
        process.ledger().set_policy(&mut tx, process.workspace, &policy).await.unwrap();
        tx.commit().await.unwrap();
        let import = process.import(&world.leads(0, 60)).await;
        let mut settings = settings();
        settings.policy.wants = vec![Field::Email, Field::Phone];
        let (run, summary) = process.enrich(&import, &settings).await;
        let look = process.look(run).await;
        look.check_ended(60);
        assert!(look.attempts.iter().all(|asked| asked.provider == "dropcontact"));
        // Dropcontact sends numbers along.
        assert!(summary.email_found > 0, "{summary:?}");
        assert_eq!(summary.phone_found, 0);
        let found = i64::try_from(summary.email_found).unwrap();
        let standing = process.ledger().standing(process.workspace).await.unwrap();
        assert_eq!(standing.spent, Credits::whole(found));
    }

    async fn a_run_has_credits_of_its_own(db) {
        let world = World::new(7, Conduct::at_once()).await;
        let process = Process::new(&db, world.doors(), "one");
        let import = process.import(&world.leads(0, 40)).await;
        let five = Some(Credits::whole(5));
        let settings = captely_enrichment::RunSettings { credits_max: five, ..settings() };
        let (run, summary) = process.enrich(&import, &settings).await;
        process.look(run).await.check_ended(40);
        assert!((1..=5).contains(&summary.email_found), "{summary:?}");
    }
}
