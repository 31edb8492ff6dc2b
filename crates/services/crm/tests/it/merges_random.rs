//! Merges and their undoing in every order, beside a model that knows who went into whom; and beside another
//! workspace in which only what was not undone was ever done: both must look alike.

use std::sync::atomic::{AtomicU64, Ordering};

use captely_crm::{Choices, MergeError, MergeId, Take};
use captely_platform::ids::{ContactId, WorkspaceId};
use captely_testkit::{Engine, TestDb};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use uuid::Uuid;

use crate::desk::{Desk, con, migrations};

const CASES: u32 = 12;
const PEOPLE: usize = 5;
const WORDS: [&str; 6] = ["first_name", "company", "domain", "city", "street", "custom.size"];

#[derive(Debug, Clone)]
enum Step {
    Merge {
        kept: usize,
        gone: usize,
        choice: Option<(usize, Take)>,
    },
    /// The merge of this number, of those that were done.
    Undo(usize),
}

/// Values of each field, tags and consents of a contact, by number; 0 is none.
type Person = (Vec<u8>, Vec<u8>, Vec<u8>);

fn step() -> impl Strategy<Value = Step> {
    let take = prop_oneof![Just(Take::Kept), Just(Take::Gone)];
    let choice = proptest::option::of((0..WORDS.len(), take));
    prop_oneof![
        3 => (0..PEOPLE, 0..PEOPLE, choice).prop_map(|(kept, gone, choice)| Step::Merge { kept, gone, choice }),
        2 => (0..8_usize).prop_map(Step::Undo),
    ]
}

/// What was done and not undone, and who went into whom.
#[derive(Default)]
struct Model {
    into: [Option<usize>; PEOPLE],
    done: Vec<(MergeId, usize, usize, Choices, bool)>,
}

fn nth(n: usize) -> ContactId {
    con(u128::try_from(n).unwrap() + 1)
}

async fn fill(desk: &Desk, people: &[Person]) {
    desk.open().await;
    for (n, (fields, tags, consents)) in people.iter().enumerate() {
        let id = nth(n);
        let values: Vec<String> = fields.iter().map(|value| format!("v{value}")).collect();
        let fields: Vec<(&str, &str)> = WORDS
            .iter()
            .zip(&values)
            .filter(|(_, value)| *value != "v0")
            .map(|(word, value)| (*word, value.as_str()))
            .collect();
        desk.add(id, &fields).await;
        for tag in tags {
            desk.tag(id, &format!("t{tag}")).await;
        }
        for at in consents {
            desk.say(id, (*at).into(), if at % 2 == 0 { "given" } else { "refused" }).await;
            desk.find(id, &format!("s{}", at % 3), (*at).into()).await;
        }
    }
}

async fn case(db: &TestDb, number: u64, people: &[Person], steps: &[Step]) -> Result<(), String> {
    let workspace =
        |half: u64| WorkspaceId::from(Uuid::from_u128(u128::from(number * 2 + half) << 64));
    let desk = Desk { workspace: workspace(0), ..Desk::new(db, 1) };
    fill(&desk, people).await;
    let mut model = Model::default();
    for step in steps {
        take(&desk, &mut model, step).await.map_err(|why| format!("{step:?}: {why}"))?;
    }
    let replay = Desk { workspace: workspace(1), ..Desk::new(db, 2) };
    fill(&replay, people).await;
    for (_, kept, gone, choices, _) in model.done.iter().filter(|(.., undone)| !undone) {
        let done = replay.merge_by(nth(*kept), nth(*gone), choices.clone(), None);
        done.await.map_err(|why| format!("done again: {why}"))?;
    }
    for n in 0..PEOPLE {
        let (is, expected) = (desk.picture(nth(n)).await, replay.picture(nth(n)).await);
        if is != expected {
            return Err(format!("contact {n} is {is:?}, it should be {expected:?}"));
        }
    }
    let (is, expected) = (desk.count().await, replay.count().await);
    if is == expected { Ok(()) } else { Err(format!("{is} contacts, not {expected}")) }
}

async fn take(desk: &Desk, model: &mut Model, step: &Step) -> Result<(), String> {
    match step {
        Step::Merge { kept, gone, choice } => {
            let choices: Choices =
                choice.iter().map(|(word, take)| (WORDS[*word].to_owned(), *take)).collect();
            let said = desk.merge_by(nth(*kept), nth(*gone), choices.clone(), None).await;
            let again = model.into[*gone] == Some(*kept);
            match said {
                Err(MergeError::Same(_)) if kept == gone => {}
                Err(MergeError::Merged { .. })
                    if !again && (model.into[*kept].is_some() || model.into[*gone].is_some()) => {}
                Ok(id) if again => {
                    let known = model.done.iter().rfind(|(_, _, of, ..)| of == gone).unwrap().0;
                    if known != id {
                        return Err(format!("{id} and {known} are one merge"));
                    }
                }
                Ok(id)
                    if kept != gone
                        && model.into[*kept].is_none()
                        && model.into[*gone].is_none() =>
                {
                    model.into[*gone] = Some(*kept);
                    model.done.push((id, *kept, *gone, choices, false));
                }
                other => return Err(format!("{other:?}")),
            }
        }
        Step::Undo(n) => {
            let Some((id, kept, gone, _, undone)) = model.done.get_mut(*n) else { return Ok(()) };
            match desk.unmerge(*id).await {
                Ok(done) if *undone && done.again => {}
                Ok(done)
                    if !*undone
                        && !done.again
                        && done.stayed.is_empty()
                        && model.into[*kept].is_none() =>
                {
                    *undone = true;
                    model.into[*gone] = None;
                }
                Err(MergeError::KeptWentOn { .. }) if !*undone && model.into[*kept].is_some() => {}
                other => return Err(format!("{other:?}")),
            }
        }
    }
    Ok(())
}

fn check(engine: Engine) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // The database's connections end in it.
    let _entered = runtime.enter();
    let Some(db) = runtime.block_on(TestDb::new(engine, &migrations())) else { return };
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 100,
        ..Config::default()
    };
    let cases = AtomicU64::new(1);
    let person = (vec(0..3_u8, WORDS.len()), vec(1..3_u8, 0..2), vec(1..7_u8, 0..3));
    let all = (vec(person, PEOPLE), vec(step(), 1..=10));
    let done = TestRunner::new(config).run(&all, |(people, steps)| {
        let number = cases.fetch_add(1, Ordering::Relaxed);
        runtime.block_on(case(&db, number, &people, &steps)).map_err(TestCaseError::fail)
    });
    if let Err(TestError::Fail(why, given)) = &done {
        panic!("{why}\nwith the least that was found: {given:?}");
    }
    done.unwrap();
}

#[test]
fn undone_is_as_if_never_done_on_sqlite() {
    check(Engine::Sqlite);
}

#[test]
fn undone_is_as_if_never_done_on_postgres() {
    check(Engine::Postgres);
}
