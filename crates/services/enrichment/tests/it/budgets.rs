//! Money that may be spent, by run and by row.

use std::time::Duration;

use captely_contact::Usd;
use captely_platform::chance::Chance;
use captely_sandbox::{Conduct, Span};
use captely_testkit::both_dbs;
use captely_waterfall::Stop;

use crate::ledger::charged;
use crate::site::{Process, migrations, settings, work_together};
use crate::world::World;

/// The dearest question for an e-mail address: one credit of Apollo.
const DEAREST: Usd = Usd::micros(50_000);

both_dbs! {
    migrations = &migrations();

    async fn a_run_never_passes_its_budget(db) {
        let chance = Chance::from_seed(21);
        for n in 0..5 {
            let world = World::new(n, Conduct::at_once()).await;
            let process = Process::new(&db, world.doors(), "one");
            let import = process.import(&world.leads(n * 50, 50)).await;
            let max = Usd::micros(Chance::u64(&chance).rem_euclid(900_000).cast_signed());
            let mut settings = settings();
            settings.policy.budget.run_max = Some(max);
            let run = process.start(&import, &settings).await.id;
            let (mut samples, mut most) = (0, Usd::ZERO);
            let mut work = std::pin::pin!(process.work(run, &settings));
            loop {
                let look = process.look(run).await;
                samples += 1;
                most = most.max(look.spent.plus(look.held));
                assert!(most <= max, "{most} of {max}");
                if tokio::time::timeout(Duration::from_millis(2), &mut work).await.is_ok() {
                    break;
                }
            }
            let look = process.look(run).await;
            look.check_ended(50);
            assert!(samples > 5, "{samples} looks while it worked");
            assert!(charged(&world.sandbox.calls()) <= look.spent && look.spent <= max);
            let results = process.results(&import, run).await;
            let short = results.iter().filter(|r| r.1.as_ref().unwrap().stop == Stop::RunBudget);
            if short.count() > 0 {
                let left = Usd::micros(max.as_micros() - look.spent.as_micros());
                assert!(left < DEAREST, "{left} of {max} were left, and somebody was not asked");
            }
        }
    }

    async fn two_processes_share_one_budget(db) {
        let conduct = Conduct { latency_ms: Span { from: 1, to: 15 }, ..Conduct::at_once() };
        let world = World::new(4, conduct).await;
        let one = Process::new(&db, world.doors(), "one");
        let other = Process::new(&db.another_process().await, world.doors(), "other");
        let import = one.import(&world.leads(0, 450)).await;
        let max = Usd::micros(5_000_000);
        let mut settings = settings();
        settings.policy.budget.run_max = Some(max);
        let run = one.start(&import, &settings).await.id;
        let watch = async {
            loop {
                let look = one.look(run).await;
                assert!(look.spent.plus(look.held) <= max, "{} and {}", look.spent, look.held);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::select! {
            () = watch => {}
            _ = work_together(&one, &other, run, &settings) => {}
        }
        let look = one.look(run).await;
        look.check_ended(450);
        assert!(charged(&world.sandbox.calls()) <= look.spent && look.spent <= max);
        assert!(max.as_micros() - look.spent.as_micros() < 200_000, "{} is spent", look.spent);
    }

    async fn a_larger_budget_goes_on(db) {
        let world = World::new(8, Conduct::at_once()).await;
        let process = Process::new(&db, world.doors(), "one");
        let import = process.import(&world.leads(0, 40)).await;
        let mut settings = settings();
        settings.policy.budget.run_max = Some(Usd::ZERO);
        let (_, none) = process.enrich(&import, &settings).await;
        assert_eq!((none.spent, none.provider_calls, none.done), (Usd::ZERO, 0, 40));
        settings.policy.budget.run_max = None;
        let (_, all) = process.enrich(&import, &settings).await;
        assert!(all.spent > Usd::ZERO && all.email_found > 0);
        let charged = charged(&world.sandbox.calls());
        assert_eq!(all.spent, charged.plus(process.counted_to_be_safe().await));
    }

    async fn a_row_never_passes_its_budget(db) {
        for (n, row_max) in [(0, 11_999), (1, 12_000), (2, 40_000), (3, 80_000)] {
            let world = World::new(n, Conduct::at_once()).await;
            let process = Process::new(&db, world.doors(), "one");
            let import = process.import(&world.leads(n * 40, 40)).await;
            let max = Usd::micros(row_max);
            let mut settings = settings();
            settings.policy.budget.row_max = Some(max);
            let (run, _) = process.enrich(&import, &settings).await;
            let look = process.look(run).await;
            look.check_ended(40);
            assert!(look.contacts.values().all(|(_, spent)| *spent <= max), "{max}");
            assert!(charged(&world.sandbox.calls()) <= look.spent);
            let results = process.results(&import, run).await;
            let short = results.iter().filter(|r| r.1.as_ref().unwrap().stop == Stop::RowBudget);
            assert!(short.count() > 0, "{max} keeps somebody from being asked");
        }
    }
}
