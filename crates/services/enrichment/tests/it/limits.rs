//! Limits of a provider's key, which all processes share.

use std::time::Duration;

use captely_enrichment::SlotLimits;
use captely_platform::ids::WorkspaceId;
use captely_sandbox::{Calls, Conduct, Provider, Span};
use captely_testkit::{TestDb, both_dbs};
use uuid::Uuid;

use crate::ledger::{charged, charged_twice, over_limit};
use crate::site::{Process, migrations, settings};
use crate::world::{Pace, World};

/// Limits by the second as documented, work that takes little time, and answers that come later.
fn limited() -> Conduct {
    let span = |from, to| Span { from, to };
    let mut conduct = Conduct {
        limits: true,
        latency_ms: span(1, 60),
        icypeas_processing_ms: span(100, 300),
        hunter_pending_permille: 300,
        hunter_pending_ms: span(50, 200),
        ..Conduct::default()
    };
    conduct.providers.icypeas.calls_per_minute = 10_000;
    conduct.providers.hunter.calls_per_minute = 10_000;
    conduct
}

fn pace(calls: u32) -> Pace {
    Pace {
        limits: SlotLimits {
            asks: vec![(calls, Duration::from_secs(1)), (400, Duration::from_mins(1))],
            polls: vec![(30, Duration::from_mins(1))],
        },
        poll_every: Duration::from_millis(700),
    }
}

/// Two processes at work on the same key, with so many calls a second.
async fn two_processes(db: &TestDb, calls: u32, per_call: Option<usize>) -> Calls {
    let world = World::new(6, limited()).await;
    let mut doors = world.doors().only(&[Provider::Icypeas, Provider::Hunter]);
    doors.limits = pace(calls);
    doors.per_call = per_call;
    // two workspaces, so that both have rows all the time
    let one = Process::new(db, doors.clone(), "one");
    let mut other = Process::new(&db.another_process().await, doors, "other");
    other.workspace = WorkspaceId::from(Uuid::from_u128(5));
    let (mine, theirs) =
        (one.import(&world.leads(0, 16)).await, other.import(&world.leads(20, 16)).await);
    let settings = settings();
    let ((first, _), (second, _)) =
        tokio::join!(one.enrich(&mine, &settings), other.enrich(&theirs, &settings));
    let calls = world.sandbox.calls();
    assert_eq!(over_limit(&calls), 0, "{calls:?}");
    assert_eq!(charged_twice(&calls), 0);
    let (first, second) = (one.look(first).await, other.look(second).await);
    first.check_ended(16);
    second.check_ended(16);
    assert_eq!(first.spent.plus(second.spent), charged(&calls));
    calls
}

both_dbs! {
    migrations = &migrations();

    async fn two_processes_with_one_key_keep_its_limits(db) {
        let calls = two_processes(&db, 10, Some(1)).await;
        assert!(calls.icypeas.lookups >= 32 && calls.hunter.lookups > 8, "{calls:?}");
    }

    async fn and_those_of_calls_that_carry_many_questions(db) {
        let calls = two_processes(&db, 1, None).await;
        assert!(calls.icypeas.lookups < 16 && calls.icypeas.charged_results > 15, "{calls:?}");
    }
}
