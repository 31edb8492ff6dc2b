//! Everything that can be done to the ledger in every order, on the ledger and on the model: they must say the same and
//! stand alike after every step, and the ledger's own check must find nothing.
//!
//! `PROPTEST_CASES` says how many; each has up to [`STEPS_MAX`] steps in a workspace of its own.

mod act;
mod keyed;
mod step;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use captely_credits::Held;
use captely_testkit::{Engine, TestDb};
use proptest::collection::vec;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use crate::desk::migrations;
use crate::model::{Picture, Said};
use act::Actor;
use step::{Step, step};

const CASES: u32 = 24;
const STEPS_MAX: usize = 50;
/// Longer than any hold or grant of a case lasts.
const FOR_EVER: Duration = Duration::from_hours(24 * 400);

fn check(engine: Engine) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // The database's connections end in it.
    let _entered = runtime.enter();
    let Some(db) = runtime.block_on(TestDb::new(engine, &migrations())) else { return };
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    let config = Config {
        cases: asked.unwrap_or(CASES),
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    let cases = AtomicU64::new(1);
    let steps = vec(step(), 1..=STEPS_MAX);
    let done = TestRunner::new(config).run(&steps, |steps| {
        let number = cases.fetch_add(1, Ordering::Relaxed);
        runtime.block_on(case(&db, number, &steps)).map_err(TestCaseError::fail)
    });
    if let Err(TestError::Fail(why, steps)) = &done {
        panic!("{why}\nafter the fewest steps that were found: {steps:?}");
    }
    done.unwrap();
}

async fn case(db: &TestDb, number: u64, steps: &[Step]) -> Result<(), String> {
    let mut actor = Actor::new(db, number);
    let done = walk(&mut actor, steps).await;
    // Whatever it left open would come back in the case after it.
    actor.pass(FOR_EVER);
    actor.ledger.expire_holds().await.unwrap();
    done
}

async fn walk(actor: &mut Actor, steps: &[Step]) -> Result<(), String> {
    for (n, step) in steps.iter().enumerate() {
        actor.pass(Duration::from_secs(1));
        let (said, expected) = actor.take(step).await;
        same(n, step, &said, &expected)?;
        stands(actor, n, step).await?;
    }
    actor.pass(FOR_EVER);
    let end = Step::Expire;
    let (said, expected) = actor.take(&end).await;
    same(steps.len(), &end, &said, &expected)?;
    stands(actor, steps.len(), &end).await?;
    let held = actor.picture().await.sums[1];
    if held == 0 { Ok(()) } else { Err(format!("{held} are held for ever")) }
}

fn same(n: usize, step: &Step, said: &Said, expected: &Said) -> Result<(), String> {
    if said == expected {
        return Ok(());
    }
    Err(format!("step {n}, {step:?}: the ledger said {said:?}, the model {expected:?}"))
}

async fn stands(actor: &Actor, n: usize, step: &Step) -> Result<(), String> {
    let is: Picture = actor.picture().await;
    let expected = actor.model.picture();
    if is != expected {
        return Err(format!("step {n}, {step:?}: the ledger is {is:?}, the model {expected:?}"));
    }
    let checked = actor.ledger.verify(actor.workspace).await.unwrap();
    if !checked.is_right() {
        return Err(format!("step {n}, {step:?}: {:?}", checked.faults));
    }
    Ok(())
}

/// What a hold says, without its id.
fn said_of(held: Held) -> Said {
    match held {
        Held::Credits(hold) => Said::Held(hold.amount.as_millis()),
        Held::Free => Said::Free,
        Held::Ended(ending) => Said::Ended(ending),
    }
}

#[test]
fn the_ledger_does_as_the_model_on_sqlite() {
    check(Engine::Sqlite);
}

#[test]
fn the_ledger_does_as_the_model_on_postgres() {
    check(Engine::Postgres);
}
