//! What a run's metrics say is what the providers' own ledger says.

use captely_platform::telemetry::metrics;
use captely_sandbox::{Conduct, Provider};
use captely_testkit::{TestDb, run};

use crate::site::{Process, migrations, settings};
use crate::world::World;

/// The sum of a counter over its other labels.
fn counted(text: &str, counter: &str, provider: &str) -> u64 {
    let start = format!("{counter}{{provider=\"{provider}\"");
    let values = text.lines().filter(|line| line.starts_with(&start));
    values.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}

/// Alone in its process, as nextest runs it: counters are the process's.
#[test]
fn calls_and_spend_are_the_ledgers() {
    run(async {
        metrics::install();
        let db = TestDb::new(captely_testkit::Engine::Sqlite, &migrations()).await.unwrap();
        let world = World::new(3, Conduct::at_once()).await;
        let process = Process::new(&db, world.doors(), "one");
        let import = process.import(&world.leads(0, 60)).await;
        let (_, summary) = process.enrich(&import, &settings()).await;
        let (text, calls) = (metrics::render(), world.sandbox.calls());
        let mut spent = 0;
        for (provider, name) in [
            (Provider::Hunter, "hunter"),
            (Provider::Icypeas, "icypeas"),
            (Provider::Dropcontact, "dropcontact"),
            (Provider::Apollo, "apollo"),
        ] {
            let calls = calls.of(provider).lookups;
            let counted_calls = counted(&text, "captely_provider_calls_total", name);
            assert_eq!(counted_calls, calls, "{name}\n{text}");
            spent += counted(&text, "captely_spend_microdollars_total", name);
        }
        assert!(spent > 0, "{text}");
        assert_eq!(i64::try_from(spent), Ok(summary.spent.as_micros()));
    });
}
