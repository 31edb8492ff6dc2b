//! Workspaces of one database.

use captely_platform::ids::WorkspaceId;
use captely_sandbox::{Conduct, Span};
use captely_testkit::both_dbs;
use uuid::Uuid;

use crate::ledger::charged;
use crate::site::{Process, contacts, migrations, settings};
use crate::world::World;

both_dbs! {
    migrations = &migrations();

    async fn runs_of_two_workspaces_do_not_meet(db) {
        let conduct = Conduct { latency_ms: Span { from: 1, to: 8 }, ..Conduct::at_once() };
        let world = World::new(3, conduct).await;
        let ours = Process::new(&db, world.doors(), "ours");
        let mut theirs = Process::new(&db.another_process().await, world.doors(), "theirs");
        theirs.workspace = WorkspaceId::from(Uuid::from_u128(9));
        let list = world.leads(0, 150);
        let (mine, other) = tokio::join!(ours.import(&list), theirs.import(&list));
        let settings = settings();
        let ((run, _), (their_run, _)) =
            tokio::join!(ours.enrich(&mine, &settings), theirs.enrich(&other, &settings));
        let (look, their_look) = (ours.look(run).await, theirs.look(their_run).await);
        look.check_ended(150);
        their_look.check_ended(150);
        // each pays for itself: what one knows, the other does not see
        assert_eq!(look.spent, their_look.spent);
        let safe = ours.counted_to_be_safe().await.plus(theirs.counted_to_be_safe().await);
        let charged = charged(&world.sandbox.calls());
        assert_eq!(look.spent.plus(their_look.spent), charged.plus(safe));
        let (results, their_results) =
            (ours.results(&mine, run).await, theirs.results(&other, their_run).await);
        let theirs_only = contacts(&their_results);
        assert!(contacts(&results).iter().all(|id| !theirs_only.contains(id)));
        assert!(theirs.results(&mine, run).await.is_empty());
        let values = "SELECT count(*) FROM contact_value WHERE workspace_id = $1";
        assert_eq!(ours.count(values).await, theirs.count(values).await);
    }
}
