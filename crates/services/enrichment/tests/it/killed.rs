//! Processes that are killed again and again, at whatever moment, until the run is done.

use std::collections::HashSet;
use std::time::Duration;

use captely_contact::{Credits, Usd};
use captely_enrichment::{RowResult, RunSettings};
use captely_imports::ImportRow;
use captely_platform::chance::Chance;
use captely_platform::ids::RunId;
use captely_sandbox::{Conduct, Provider};
use captely_testkit::{TestDb, both_dbs, kills};

use crate::credits::give;
use crate::ledger::{charged, charged_twice};
use crate::site::{Look, Process, killed, migrations, settings};
use crate::world::{Doors, World};

const ROWS: usize = 60;
/// Over one list, which may be done before.
const KILLS_MAX: u64 = 12;
/// Lists of the normal suite.
const LISTS: u64 = 3;

/// Kills processes at moments drawn from `seed`, then lets one finish. How many were killed.
async fn until_done(
    db: &TestDb,
    doors: &Doors,
    settings: &RunSettings,
    list: &str,
    seed: u64,
) -> (Look, u64, Usd) {
    let chance = Chance::from_seed(seed);
    let last = Process::new(db, doors.clone(), "last");
    // More than all of it, but counted to the last one.
    give(&last, 10_000).await;
    let import = last.import(list).await;
    let run = last.start(&import, settings).await;
    let mut kills = 0;
    while kills < KILLS_MAX && last.look(run.id).await.state != "done" {
        assert_eq!(last.start(&import, settings).await.id, run.id, "the run goes on");
        let after = Duration::from_millis(15).mul_f64(1.0 + 8.0 * chance.unit());
        killed(db, doors, run.id, settings, &format!("killed-{kills}/"), after).await;
        kills += 1;
    }
    if last.look(run.id).await.state != "done" {
        last.work(run.id, settings).await;
    }
    let look = last.look(run.id).await;
    let results = last.results(&import, run.id).await;
    assert_eq!(results.len(), ROWS, "no row is lost");
    for (row, result) in &results {
        let result = result.as_ref().expect("every row has its result");
        let id = row.contact.unwrap().as_uuid();
        let answered = look.attempts.iter().filter(|a| a.contact == id && a.state == "answered");
        for answer in answered.filter(|a| a.cost > Usd::ZERO) {
            let mut told = result.story.lines().iter();
            let used = told.any(|l| l.who == answer.provider && l.what.starts_with("found "));
            assert!(used, "what {} was paid for is used: {:?}", answer.provider, result.story);
        }
    }
    check_credits(&last, run.id, &results).await;
    (look, kills, last.counted_to_be_safe().await)
}

/// Each address that was delivered is paid for once, whichever process delivered it.
async fn check_credits(process: &Process, run: RunId, results: &[(ImportRow, Option<RowResult>)]) {
    let found: HashSet<_> = results
        .iter()
        .filter(|(_, result)| result.as_ref().is_some_and(|result| result.best.email.is_some()))
        .map(|(row, _)| row.contact)
        .collect();
    let mut tx = process.db.reader().await.unwrap();
    let used = process.ledger().used_by_run(&mut tx, process.workspace, run).await.unwrap();
    assert_eq!(used, Credits::whole(i64::try_from(found.len()).unwrap()));
}

fn check_money(world: &World, look: &Look, safe: Usd) {
    look.check_ended(ROWS);
    let calls = world.sandbox.calls();
    let doubtful: Usd =
        look.attempts.iter().filter(|a| a.state == "in_doubt").map(|a| a.cost).sum();
    let n_in_doubt = u64::try_from(look.n_in_doubt).unwrap();
    let twice = charged_twice(&calls);
    assert!(twice <= n_in_doubt, "{twice} > {n_in_doubt}");
    assert!(
        charged(&calls) <= look.spent,
        "{} were charged, {} counted",
        charged(&calls),
        look.spent
    );
    let surely = look.spent.as_micros() - doubtful.as_micros() - safe.as_micros();
    assert!(Usd::micros(surely) <= charged(&calls), "only calls in doubt are counted in vain");
    assert_eq!(calls.icypeas.charged_twice, 0, "{:?}", calls.icypeas.charged_twice_for);
    assert!(look.answers_most() <= 1, "no answer is paid for again");
}

both_dbs! {
    migrations = &migrations();

    async fn nothing_is_lost_or_paid_twice(db) {
        let (mut killed, mut safe) = (0, Usd::ZERO);
        for seed in 0..kills(LISTS * KILLS_MAX).div_ceil(KILLS_MAX) {
            let world = World::new(seed, Conduct::at_once()).await;
            let list = world.leads(seed % LISTS * 100, 60);
            let (look, n, safe_so_far) = until_done(&db, &world.doors(), &settings(), &list, seed).await;
            check_money(&world, &look, Usd::micros(safe_so_far.as_micros() - safe.as_micros()));
            safe = safe_so_far;
            killed += n;
        }
        assert!(killed > 3, "{killed} processes were killed");
    }

    async fn a_provider_that_can_be_asked_what_it_got_is_never_in_doubt(db) {
        let world = World::new(9, Conduct::at_once()).await;
        let doors = world.doors().only(&[Provider::Icypeas]);
        let (look, _, safe) = until_done(&db, &doors, &settings(), &world.leads(0, 60), 9).await;
        check_money(&world, &look, safe);
        assert_eq!(look.n_in_doubt, 0);
        assert_eq!(look.spent, charged(&world.sandbox.calls()));
    }

    async fn budgets_hold_over_kills(db) {
        let world = World::new(5, Conduct::at_once()).await;
        let mut settings = settings();
        settings.policy.budget.run_max = Some(Usd::micros(700_000));
        settings.policy.budget.row_max = Some(Usd::micros(36_000));
        settings.cache_days = 0;
        let (look, _, safe) = until_done(&db, &world.doors(), &settings, &world.leads(0, 60), 5).await;
        check_money(&world, &look, safe);
        assert!(look.spent <= Usd::micros(700_000), "{}", look.spent);
        assert!(look.contacts.values().all(|(_, spent)| *spent <= Usd::micros(36_000)));
    }
}
