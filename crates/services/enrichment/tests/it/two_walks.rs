//! Two processes on the way of the same rows at once: one is thought dead and goes on.

use std::sync::Arc;
use std::time::Duration;

use captely_enrichment::RunSettings;
use captely_platform::ids::RunId;
use captely_sandbox::{Conduct, Provider};
use captely_testkit::{TestDb, both_dbs};

use crate::gate::Gate;
use crate::ledger::charged;
use crate::site::{Process, migrations, settings};
use crate::world::{Doors, World};

const ROWS: usize = 24;
/// Calls of the process thought dead at a time; its other questions wait at its desk. So few that the
/// desk does not wait for room for several.
const ASKING: usize = 4;
/// More than a row waits before it reads again what another process asks.
const A_FEW_LOOKS: Duration = Duration::from_secs(3);

const NOT_ENDED: &str = "SELECT count(*) FROM run_contact AS c WHERE c.workspace_id = $1
    AND NOT EXISTS (SELECT 1 FROM run_result AS r WHERE r.workspace_id = c.workspace_id
    AND r.run_id = c.run_id AND r.contact_id = c.contact_id)";
const ASKING_APOLLO: &str = "SELECT count(*) FROM attempt AS a WHERE a.workspace_id = $1
    AND a.provider = 'apollo' AND NOT EXISTS
    (SELECT 1 FROM attempt_end AS e WHERE e.workspace_id = a.workspace_id AND e.id = a.id)";

/// A run of `slow`, whose calls to Hunter wait at a gate, and of `quick`, which takes it for dead.
struct Two {
    slow: Process,
    quick: Process,
    run: RunId,
    settings: RunSettings,
    hunter: Arc<Gate>,
}

impl Two {
    async fn new(db: &TestDb, world: &World, theirs: &[Provider], mut quick: Doors) -> Self {
        let mut doors = world.doors().only(theirs);
        (doors.calls_at_once, doors.per_call, quick.per_call) = (ASKING, Some(1), Some(1));
        let hunter = doors.gate(Provider::Hunter);
        let slow = Process::new(db, doors, "slow");
        let quick = Process::new(&db.another_process().await, quick, "quick").ahead();
        let import = slow.import(&world.leads(0, u64::try_from(ROWS).unwrap())).await;
        let settings = settings();
        let run = slow.start(&import, &settings).await.id;
        Self { slow, quick, run, settings, hunter }
    }

    /// Waits until the run has ended, by the quick one.
    async fn is_done(&self) {
        while self.slow.look(self.run).await.state != "done" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Both work to the end, while `order` says what goes on when: it begins when `slow` asks.
    async fn work(&self, order: impl AsyncFnOnce()) {
        let quick = async {
            self.hunter.arrived(ASKING).await;
            tokio::join!(self.quick.work(self.run, &self.settings), order())
        };
        tokio::join!(self.slow.work(self.run, &self.settings), quick);
    }
}

both_dbs! {
    migrations = &migrations();

    async fn no_call_goes_out_for_a_row_that_has_ended(db) {
        let world = World::new(4, Conduct::at_once()).await;
        let quick = world.doors().only(&[Provider::Apollo]);
        let two = Two::new(&db, &world, &[Provider::Hunter], quick).await;
        two.work(async || {
            two.is_done().await;
            two.hunter.open();
        })
        .await;
        let (look, calls) = (two.slow.look(two.run).await, world.sandbox.calls());
        look.check_ended(ROWS);
        assert_eq!(usize::try_from(calls.hunter.lookups), Ok(ASKING), "those that were under way");
        assert!(charged(&calls) <= look.spent);
    }

    async fn a_row_does_not_end_beside_a_call_about_it(db) {
        let world = World::new(4, Conduct::at_once()).await;
        let mut quick = world.doors().only(&[Provider::Apollo]);
        let apollo = quick.gate(Provider::Apollo);
        let two = Two::new(&db, &world, &[Provider::Hunter], quick).await;
        two.work(async || {
            // the quick one has read every row, and asks
            apollo.arrived(ROWS).await;
            two.hunter.let_through(ASKING);
            // now the slow one asks about rows that the quick one read before
            two.hunter.arrived(ASKING).await;
            apollo.open();
            two.is_done().await;
            two.hunter.open();
        })
        .await;
        let (look, calls) = (two.slow.look(two.run).await, world.sandbox.calls());
        look.check_ended(ROWS);
        assert_eq!(usize::try_from(calls.hunter.lookups), Ok(2 * ASKING), "none about a row that has ended");
        assert_eq!(usize::try_from(look.n_in_doubt), Ok(2 * ASKING));
        assert!(charged(&calls) <= look.spent);
    }

    async fn who_reads_of_a_call_under_way_does_not_make_it_again(db) {
        let world = World::new(4, Conduct::at_once()).await;
        let both = [Provider::Hunter, Provider::Apollo];
        let mut quick = world.doors().only(&both);
        let apollo = quick.gate(Provider::Apollo);
        let mut two = Two::new(&db, &world, &both, quick).await;
        let again = two.slow.doors.gate(Provider::Apollo);
        again.open();
        two.work(async || {
            // every row has ended or is waiting for Apollo
            while two.quick.count(NOT_ENDED).await > two.quick.count(ASKING_APOLLO).await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert!(two.quick.count(ASKING_APOLLO).await > 0);
            two.hunter.open();
            tokio::select! {
                () = again.arrived(1) => panic!("Apollo is asked twice about one person"),
                () = tokio::time::sleep(A_FEW_LOOKS) => apollo.open(),
            }
        })
        .await;
        let (look, calls) = (two.slow.look(two.run).await, world.sandbox.calls());
        look.check_ended(ROWS);
        assert_eq!(calls.apollo.charged_twice, 0);
        assert!(charged(&calls) <= look.spent);
    }
}
