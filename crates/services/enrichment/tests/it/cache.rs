//! What is known is not paid for again.

use captely_contact::{Confidence, Usd};
use captely_platform::db::Stmt;
use captely_sandbox::Conduct;
use captely_testkit::both_dbs;

use crate::ledger::{calls_in_all, charged};
use crate::site::{Process, migrations, settings};
use crate::world::World;

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

both_dbs! {
    migrations = &migrations();

    async fn answers_are_good_for_their_days(db) {
        let world = World::new(5, Conduct::at_once()).await;
        let process = Process::new(&db, world.doors(), "one");
        let import = process.import(&world.leads(0, 60)).await;
        let (first_run, first) = process.enrich(&import, &settings()).await;
        let (charged_once, asked) = (charged(&world.sandbox.calls()), calls_in_all(&world.sandbox.calls()));

        let mut easier = settings();
        easier.policy.stop_at = Confidence::percent(70);
        let (run, again) = process.enrich(&import, &easier).await;
        assert_ne!(run, first_run);
        let look = process.look(run).await;
        look.check_ended(60);
        assert_eq!(calls_in_all(&world.sandbox.calls()), asked, "nobody is asked again");
        assert_eq!((again.spent, again.provider_calls), (Usd::ZERO, 0));
        assert!(again.cached >= 60, "{again:?}");
        assert_eq!(again.email_found, first.email_found);

        // 29 days on they are still good, 31 days on they are not
        for (days, calls) in [(29, false), (2, true)] {
            let sql = "UPDATE attempt_end SET ended_at = ended_at - $2 WHERE workspace_id = $1";
            let mut tx = db.writer().await.unwrap();
            tx.run(Stmt::text(sql, [process.workspace.into(), (days * DAY_MICROS).into()]))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            let (_, later) = process.enrich(&import, &settings()).await;
            assert_eq!(later.provider_calls > 0, calls, "{later:?}");
            assert_eq!(later.cached == 0, calls, "{later:?}");
        }
        let twice = charged_once.as_micros() * 2;
        assert_eq!(charged(&world.sandbox.calls()), Usd::micros(twice), "the same, paid again");
    }
}
