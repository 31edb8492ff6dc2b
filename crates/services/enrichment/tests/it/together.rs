//! Several processes at once.

use std::time::Duration;

use captely_contact::{Confidence, Usd};
use captely_enrichment::EnrichError;
use captely_sandbox::{Conduct, Provider, Span};
use captely_testkit::both_dbs;

use crate::ledger::{charged, charged_twice};
use crate::site::{Process, migrations, settings, work_together};
use crate::world::World;

fn slow() -> Conduct {
    Conduct { latency_ms: Span { from: 1, to: 15 }, ..Conduct::at_once() }
}

both_dbs! {
    migrations = &migrations();

    async fn two_processes_share_one_run(db) {
        let world = World::new(1, slow()).await;
        let one = Process::new(&db, world.doors(), "one");
        let other = Process::new(&db.another_process().await, world.doors(), "other");
        let import = one.import(&world.leads(0, 800)).await;
        let settings = settings();
        let run = one.start(&import, &settings).await.id;
        assert_eq!(other.start(&import, &settings).await.id, run, "it is the same run");
        let (first, second) = work_together(&one, &other, run, &settings).await;
        assert_eq!(first, second, "both wait for its end");
        let (look, calls) = (one.look(run).await, world.sandbox.calls());
        look.check_ended(800);
        assert_eq!((charged_twice(&calls), look.n_in_doubt), (0, 0));
        assert_eq!(look.spent, charged(&calls).plus(one.counted_to_be_safe().await));
        let workers = "SELECT count(*) FROM event WHERE workspace_id = $1 AND kind = 'job.completed'";
        assert_eq!(one.count(workers).await, 1, "it ends once");
    }

    async fn a_process_thought_dead_counts_nothing_twice(db) {
        let conduct = Conduct { latency_ms: Span { from: 50, to: 250 }, ..Conduct::at_once() };
        let world = World::new(4, conduct).await;
        let mut doors = world.doors();
        let hunter = doors.gate(Provider::Hunter);
        let one = Process::new(&db, doors, "one");
        let other = Process::new(&db.another_process().await, world.doors(), "other").ahead();
        let import = one.import(&world.leads(0, 80)).await;
        let settings = settings();
        let run = one.start(&import, &settings).await.id;
        let second = async {
            hunter.arrived(1).await;
            other.work(run, &settings).await
        };
        let goes_on = async {
            while one.look(run).await.n_in_doubt == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            hunter.open();
        };
        let (_, second, ()) = tokio::join!(one.work(run, &settings), second, goes_on);
        let (look, calls) = (one.look(run).await, world.sandbox.calls());
        look.check_ended(80);
        assert_eq!(second.done, 80);
        assert!(charged_twice(&calls) <= second.in_doubt, "{calls:?}");
        assert!(charged(&calls) <= look.spent);
        let ended = "SELECT count(*) FROM event WHERE workspace_id = $1 AND kind = 'contact.enriched'";
        assert_eq!(one.count(ended).await, 80, "each row's end is told once");
    }

    async fn one_command_at_the_same_time_is_one_run(db) {
        let world = World::new(1, slow()).await;
        let one = Process::new(&db, world.doors(), "one");
        let other = Process::new(&db.another_process().await, world.doors(), "other");
        let import = one.import(&world.leads(0, 30)).await;
        let mut settings = settings();
        settings.policy.budget.run_max = Some(Usd::micros(300_000));
        for _ in 0..5 {
            let (first, second) =
                tokio::join!(one.start(&import, &settings), other.start(&import, &settings));
            assert_eq!(first.id, second.id, "or its budget would be spent twice");
            one.work(first.id, &settings).await;
            settings.policy.stop_at = Confidence::percent(settings.policy.stop_at.as_percent() - 1);
        }
    }

    async fn a_run_set_aside_for_another_loses_nothing(db) {
        let world = World::new(1, slow()).await;
        let one = Process::new(&db, world.doors(), "one");
        let other = Process::new(&db.another_process().await, world.doors(), "other");
        let import = one.import(&world.leads(0, 150)).await;
        let (mine, mut theirs) = (settings(), settings());
        theirs.policy.stop_at = Confidence::percent(70);
        let run = one.start(&import, &mine).await.id;
        let ((), (second, _)) = tokio::join!(
            async {
                // what it has begun it ends; the rest, if any, is set aside
                if let Err(error) = one.try_work(run, &mine).await {
                    assert!(matches!(error, EnrichError::SetAside), "{error}");
                }
            },
            async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                other.enrich(&import, &theirs).await
            }
        );
        other.look(second).await.check_ended(150);
        let again = one.start(&import, &mine).await;
        assert!(again.id == run || one.look(run).await.state == "done");
        one.work(again.id, &mine).await;
        one.look(run).await.check_ended(150);
        let (look, calls) = (one.look(run).await, world.sandbox.calls());
        assert_eq!((charged_twice(&calls), look.n_in_doubt), (0, 0));
        let spent = look.spent.plus(one.look(second).await.spent);
        assert_eq!(spent, charged(&calls).plus(one.counted_to_be_safe().await));
    }

    async fn a_run_set_aside_says_so_and_goes_on_later(db) {
        let world = World::new(2, Conduct::at_once()).await;
        let one = Process::new(&db, world.doors(), "one");
        let import = one.import(&world.leads(0, 120)).await;
        let (mine, mut other) = (settings(), settings());
        other.policy.stop_at = Confidence::percent(70);
        let run = one.start(&import, &mine).await.id;
        let second = one.start(&import, &other).await.id;
        let error = one.try_work(run, &mine).await.unwrap_err();
        assert!(matches!(error, EnrichError::SetAside), "{error}");
        assert_eq!(one.look(run).await.n_calls, 0, "nothing is spent by the way");
        one.work(second, &other).await;
        assert_eq!(one.start(&import, &mine).await.id, run);
        one.work(run, &mine).await;
        one.look(run).await.check_ended(120);
    }
}
