//! Calls of a provider that the workspace's policy allows in a month, whatever runs and processes make them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::{Confidence, Timestamp};
use captely_credits::Policy;
use captely_enrichment::RunSettings;
use captely_platform::ids::RunId;
use captely_sandbox::{Conduct, Provider, Span};
use captely_testkit::{TestClock, both_dbs};
use captely_waterfall::Stop;

use crate::site::{Process, killed, migrations, settings, work_together};
use crate::world::World;

/// Asked first, and about everybody who is not found before.
const FIRST: Provider = Provider::Icypeas;

/// The policy of a workspace that may ask a provider so often.
async fn allow(process: &Process, max: u32) {
    let provider_monthly_max = BTreeMap::from([(FIRST.as_str().to_owned(), max)]);
    let policy = Policy { provider_monthly_max, ..Policy::unlimited() };
    let mut tx = process.db.writer().await.unwrap();
    process.ledger().set_policy(&mut tx, process.workspace, &policy).await.unwrap();
    tx.commit().await.unwrap();
}

/// How often a run has asked it.
async fn asked(process: &Process, run: RunId) -> usize {
    let attempts = process.look(run).await.attempts;
    attempts.iter().filter(|asked| asked.provider == FIRST.as_str()).count()
}

/// How often any run can have asked it: what never arrived is not among them.
const MADE: &str = "SELECT COUNT(*) FROM attempt AS a WHERE a.workspace_id = $1 AND a.provider = 'icypeas'
    AND NOT EXISTS (SELECT 1 FROM attempt_end AS e WHERE e.workspace_id = a.workspace_id AND e.id = a.id
        AND (e.error LIKE 'could not be reached:%' OR e.error LIKE 'address is refused:%'))";

/// The same list again is another run.
fn another(stop_at: u8) -> RunSettings {
    let mut settings = settings();
    settings.policy.stop_at = Confidence::percent(stop_at);
    settings
}

fn slow() -> Conduct {
    Conduct { latency_ms: Span { from: 1, to: 15 }, ..Conduct::at_once() }
}

both_dbs! {
    migrations = &migrations();

    async fn others_are_asked_in_its_place_and_each_row_says_so(db) {
        let world = World::new(11, Conduct::at_once()).await;
        let process = Process::new(&db, world.doors(), "one");
        allow(&process, 7).await;
        let import = process.import(&world.leads(0, 60)).await;
        let (run, summary) = process.enrich(&import, &settings()).await;
        let look = process.look(run).await;
        look.check_ended(60);
        assert_eq!(asked(&process, run).await, 7);
        assert!(look.attempts.len() > 60, "others were asked: {}", look.attempts.len());
        let results = process.results(&import, run).await;
        let says = |what: &str| {
            let what = what.to_owned();
            let rows = results.iter().filter_map(|(_, result)| result.as_ref());
            rows.filter(|row| row.story.lines().iter().any(|line| line.what.starts_with(&what))).count()
        };
        let which = "not asked: limit provider_monthly: 0 of the 7 calls of icypeas this month are left (it begins anew at ";
        let told = says(which);
        assert!(told > 30, "{told} rows were told");
        assert_eq!(u64::try_from(told).unwrap(), summary.limited);
        let stops = |stop: Stop| results.iter().filter(|r| r.1.as_ref().unwrap().stop == stop).count();
        assert!(stops(Stop::Found) > 0 && stops(Stop::ProviderLimit) > 0);
        assert_eq!(process.stopper.notes().iter().filter(|note| note.contains("0 of the 7 calls")).count(), 1);
        // Another run of the same month has none left, and one of a larger plan the rest.
        let import = process.import(&world.leads(60, 30)).await;
        let (second, _) = process.enrich(&import, &settings()).await;
        assert_eq!(asked(&process, second).await, 0);
        allow(&process, 12).await;
        let import = process.import(&world.leads(90, 30)).await;
        let (third, _) = process.enrich(&import, &settings()).await;
        assert_eq!(asked(&process, third).await, 5);
        process.look(third).await.check_ended(30);
    }

    async fn two_processes_and_two_runs_share_it(db) {
        let world = World::new(12, slow()).await;
        let one = Process::new(&db, world.doors(), "one");
        let other = Process::new(&db.another_process().await, world.doors(), "other");
        allow(&one, 150).await;
        let import = one.import(&world.leads(0, 400)).await;
        let run = one.start(&import, &settings()).await.id;
        work_together(&one, &other, run, &settings()).await;
        one.look(run).await.check_ended(400);
        assert_eq!(asked(&one, run).await, 150);
        // Two runs at once, of two lists, while the limit is moved.
        allow(&one, 210).await;
        let (mine, theirs) = (settings(), another(89));
        let list = one.import(&world.leads(400, 100)).await;
        let other_list = other.import(&world.leads(500, 100)).await;
        let first = one.start(&list, &mine).await.id;
        let (_set_aside, _done) =
            tokio::join!(one.try_work(first, &mine), other.enrich(&other_list, &theirs));
        let first = one.start(&list, &mine).await.id;
        one.work(first, &mine).await;
        // Whichever run asked: one that was set aside may have, whose answers the next one finds.
        assert_eq!(one.count(MADE).await, 210);
        let calls = world.sandbox.calls();
        assert!(calls.of(FIRST).charged_results <= 210, "{calls:?}");
    }

    async fn a_process_that_is_killed_makes_no_more_than_that(db) {
        let world = World::new(13, slow()).await;
        let process = Process::new(&db, world.doors(), "one");
        allow(&process, 40).await;
        let import = process.import(&world.leads(0, 120)).await;
        let run = process.start(&import, &settings()).await.id;
        for after in [60, 120, 200] {
            let after = Duration::from_millis(after);
            killed(&db, &process.doors, run, &settings(), "killed", after).await;
        }
        process.work(run, &settings()).await;
        process.look(run).await.check_ended(120);
        let made = process.count(MADE).await;
        assert!(made > 20 && made <= 40, "{made} calls");
    }

    async fn the_next_month_has_its_own(db) {
        let world = World::new(14, Conduct::at_once()).await;
        let mut process = Process::new(&db, world.doors(), "one");
        // Ahead of the clock that jobs are begun by.
        let january: Timestamp = "2100-01-31T23:59:50Z".parse().unwrap();
        let clock = Arc::new(TestClock::at(january));
        process.clock = Arc::<TestClock>::clone(&clock);
        allow(&process, 6).await;
        for (month, reset) in [(0_u64, "2100-02-01T00:00:00Z"), (1, "2100-03-01T00:00:00Z")] {
            let import = process.import(&world.leads(month * 40, 40)).await;
            let (run, _) = process.enrich(&import, &settings()).await;
            assert_eq!(asked(&process, run).await, 6);
            let notes = process.stopper.notes();
            assert!(notes.last().unwrap().contains(&format!("anew at {reset}")), "{notes:?}");
            clock.advance(Duration::from_secs(20));
        }
    }

    async fn a_call_that_never_arrives_is_not_counted(db) {
        let world = World::new(15, Conduct::at_once()).await;
        let mut away = world.doors();
        for (provider, account) in &mut away.providers {
            if *provider == FIRST {
                // Nobody listens there.
                account.base = "http://127.0.0.1:9".to_owned();
            }
        }
        let process = Process::new(&db, away, "away");
        allow(&process, 9).await;
        let import = process.import(&world.leads(0, 20)).await;
        let mut once = settings();
        once.policy.retries_max = 0;
        let (run, _) = process.enrich(&import, &once).await;
        assert!(asked(&process, run).await > 0, "it was tried");
        let look = process.look(run).await;
        look.check_ended(20);
        let back = Process::new(&db, world.doors(), "back");
        let import = back.import(&world.leads(20, 30)).await;
        let (run, _) = back.enrich(&import, &settings()).await;
        assert_eq!(asked(&back, run).await, 9, "all of them are there still");
    }
}
